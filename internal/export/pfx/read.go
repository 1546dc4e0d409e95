package pfx

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // the compatible profile
	"crypto/hmac"
	"encoding/asn1"
	"slices"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxFile bounds what is read, in bytes: a file of ours is 4 to 20 KiB.
const maxFile = 1 << 20

// outline is a file as this package writes it, read without the password.
type outline struct {
	safes        []byte // what the MAC is over
	mac          digest
	macValue     []byte
	macSalt      []byte
	macRounds    int
	certificates sealed
	key          sealed
	keyBag       bag
}

// sealed is a ciphertext with its scheme.
type sealed struct {
	scheme
	data []byte
}

// bag is what a bag says besides its value.
type bag struct {
	value        []byte
	friendlyName string
	localKeyID   []byte
	csp          string
}

// readOutline takes a file apart. It reads only what [Encode] writes: that is all it is for. Iterations
// are bounded before anything is derived, so that a hostile file can't keep a computer busy.
func readOutline(data []byte) (*outline, error) {
	if len(data) > maxFile {
		return nil, ErrUnreadable
	}
	o := new(outline)
	in := cryptobyte.String(data)
	var body, mac cryptobyte.String
	var version int64
	if !in.ReadASN1(&body, cbasn1.SEQUENCE) || !in.Empty() ||
		!body.ReadASN1Integer(&version) || version != 3 ||
		!readData(&body, &o.safes) ||
		!body.ReadASN1(&mac, cbasn1.SEQUENCE) || !body.Empty() || !o.readMAC(mac) {
		return nil, ErrUnreadable
	}
	var safes cryptobyte.String
	all := cryptobyte.String(o.safes)
	var keyContents []byte
	if !all.ReadASN1(&safes, cbasn1.SEQUENCE) || !all.Empty() ||
		!o.readCertificates(&safes) || !readData(&safes, &keyContents) || !safes.Empty() ||
		!o.readKey(keyContents) {
		return nil, ErrUnreadable
	}
	total := 0
	for _, n := range []int{o.macRounds, o.certificates.iterations, o.key.iterations} {
		if n < 1 || n > maxIterations {
			return nil, ErrIterations
		}
		total += n
	}
	if total > maxTotalIterations {
		return nil, ErrIterations
	}
	return o, nil
}

func readData(s *cryptobyte.String, out *[]byte) bool {
	var info, content cryptobyte.String
	return s.ReadASN1(&info, cbasn1.SEQUENCE) && readOID(&info, oidData) &&
		info.ReadASN1(&content, explicit) && info.Empty() &&
		content.ReadASN1Bytes(out, cbasn1.OCTET_STRING) && content.Empty()
}

func readOID(s *cryptobyte.String, want asn1.ObjectIdentifier) bool {
	var got asn1.ObjectIdentifier
	return s.ReadASN1ObjectIdentifier(&got) && got.Equal(want)
}

func (o *outline) readMAC(s cryptobyte.String) bool {
	var info, algorithm cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !s.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!algorithm.ReadASN1ObjectIdentifier(&oid) ||
		!info.ReadASN1Bytes(&o.macValue, cbasn1.OCTET_STRING) || !info.Empty() ||
		!s.ReadASN1Bytes(&o.macSalt, cbasn1.OCTET_STRING) || !s.ReadASN1Integer(&o.macRounds) || !s.Empty() {
		return false
	}
	for _, d := range []digest{digestSHA1, digestSHA256} {
		if oid.Equal(d.oid) {
			o.mac = d
			return true
		}
	}
	return false
}

func (o *outline) readCertificates(s *cryptobyte.String) bool {
	var info, content, body, inner, algorithm cryptobyte.String
	var version int64
	return s.ReadASN1(&info, cbasn1.SEQUENCE) && readOID(&info, oidEncryptedData) &&
		info.ReadASN1(&content, explicit) && info.Empty() &&
		content.ReadASN1(&body, cbasn1.SEQUENCE) && content.Empty() &&
		body.ReadASN1Integer(&version) && version == 0 &&
		body.ReadASN1(&inner, cbasn1.SEQUENCE) && body.Empty() && readOID(&inner, oidData) &&
		inner.ReadASN1(&algorithm, cbasn1.SEQUENCE) && o.certificates.readScheme(algorithm) &&
		inner.ReadASN1Bytes(&o.certificates.data, cbasn1.Tag(0).ContextSpecific()) && inner.Empty()
}

func (o *outline) readKey(contents []byte) bool {
	bags, ok := readBags(contents, oidKeyBag)
	if !ok || len(bags) != 1 {
		return false
	}
	o.keyBag = bags[0]
	value := cryptobyte.String(o.keyBag.value)
	var info, algorithm cryptobyte.String
	return value.ReadASN1(&info, cbasn1.SEQUENCE) && value.Empty() &&
		info.ReadASN1(&algorithm, cbasn1.SEQUENCE) && o.key.readScheme(algorithm) &&
		info.ReadASN1Bytes(&o.key.data, cbasn1.OCTET_STRING) && info.Empty()
}

func (s *scheme) readScheme(in cryptobyte.String) bool {
	var oid asn1.ObjectIdentifier
	var params cryptobyte.String
	if !in.ReadASN1ObjectIdentifier(&oid) || !in.ReadASN1(&params, cbasn1.SEQUENCE) || !in.Empty() {
		return false
	}
	if oid.Equal(oid3DES) {
		return params.ReadASN1Bytes(&s.salt, cbasn1.OCTET_STRING) && params.ReadASN1Integer(&s.iterations) && params.Empty()
	}
	var kdf, kdfParams, prf, cipher cryptobyte.String
	s.pbes2 = true
	return oid.Equal(oidPBES2) && params.ReadASN1(&kdf, cbasn1.SEQUENCE) && readOID(&kdf, oidPBKDF2) &&
		kdf.ReadASN1(&kdfParams, cbasn1.SEQUENCE) && kdf.Empty() &&
		kdfParams.ReadASN1Bytes(&s.salt, cbasn1.OCTET_STRING) && kdfParams.ReadASN1Integer(&s.iterations) &&
		kdfParams.ReadASN1(&prf, cbasn1.SEQUENCE) && kdfParams.Empty() && readOID(&prf, oidHMACSHA256) &&
		params.ReadASN1(&cipher, cbasn1.SEQUENCE) && params.Empty() && readOID(&cipher, oidAES256CBC) &&
		cipher.ReadASN1Bytes(&s.iv, cbasn1.OCTET_STRING) && cipher.Empty() && len(s.iv) == aes.BlockSize
}

// readBags reads SafeContents whose bags are all of one kind.
func readBags(contents []byte, kind asn1.ObjectIdentifier) ([]bag, bool) {
	in := cryptobyte.String(contents)
	var list cryptobyte.String
	if !in.ReadASN1(&list, cbasn1.SEQUENCE) || !in.Empty() {
		return nil, false
	}
	var bags []bag
	for !list.Empty() {
		var one, value, attributes cryptobyte.String
		var has bool
		if !list.ReadASN1(&one, cbasn1.SEQUENCE) || !readOID(&one, kind) || !one.ReadASN1(&value, explicit) ||
			!one.ReadOptionalASN1(&attributes, &has, cbasn1.SET) || !one.Empty() {
			return nil, false
		}
		b := bag{value: value}
		if !b.readAttributes(attributes) {
			return nil, false
		}
		bags = append(bags, b)
	}
	return bags, true
}

func (b *bag) readAttributes(in cryptobyte.String) bool {
	for !in.Empty() {
		var one, values cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !in.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&oid) ||
			!one.ReadASN1(&values, cbasn1.SET) || !one.Empty() {
			return false
		}
		var text []byte
		switch {
		case oid.Equal(oidLocalKeyID):
			if !values.ReadASN1Bytes(&b.localKeyID, cbasn1.OCTET_STRING) {
				return false
			}
		case oid.Equal(oidFriendlyName):
			if !values.ReadASN1Bytes(&text, tagBMPString) {
				return false
			}
			b.friendlyName = fromBMP(text)
		case oid.Equal(oidCSPName):
			if !values.ReadASN1Bytes(&text, tagBMPString) {
				return false
			}
			b.csp = fromBMP(text)
		default:
			return false
		}
		if !values.Empty() {
			return false
		}
	}
	return true
}

func fromBMP(text []byte) string {
	var units []uint16
	for pair := range slices.Chunk(text, 2) {
		if len(pair) == 2 {
			units = append(units, uint16(pair[0])<<8|uint16(pair[1]))
		}
	}
	return string(utf16.Decode(units))
}

// open checks the MAC and decrypts the bags of the certificates.
func (o *outline) open(password []byte) ([]bag, error) {
	if !hmac.Equal(o.macValue, computeMAC(o.mac, password, o.macSalt, o.macRounds, o.safes)) {
		return nil, ErrWrongPassword
	}
	contents, err := o.certificates.open(password)
	if err != nil {
		return nil, err
	}
	bags, ok := readBags(contents, oidCertBag)
	if !ok {
		return nil, ErrUnreadable
	}
	return bags, nil
}

func (s sealed) open(password []byte) ([]byte, error) {
	size := des.BlockSize
	if s.pbes2 {
		size = aes.BlockSize
	}
	if len(s.data) == 0 || len(s.data)%size != 0 {
		return nil, ErrUnreadable
	}
	block, iv, err := s.cipher(password)
	if err != nil {
		return nil, ErrUnreadable
	}
	plain := make([]byte, len(s.data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, s.data)
	plain, ok := unpad(plain, size)
	if !ok {
		return nil, ErrUnreadable
	}
	return plain, nil
}
