-- The chains that an authority offers for a certificate, where it offers several (RFC 8555 7.4.2). The one that is in
-- use stands with the certificate.
CREATE TABLE chains (
  order_id           TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  certificate_sha256 TEXT NOT NULL,
  chains             TEXT NOT NULL, -- JSON: a list of chains, each as in certificates; the authority's own choice first
  PRIMARY KEY (order_id, certificate_sha256)
) STRICT;
