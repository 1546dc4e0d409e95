package e2e

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"certdesk/internal/fault"
)

// What can fail around the app, and where it is held against its promise: a state on the screen, a sentence, a next
// step, and nothing lost. Each line names what the customer is told (its words stand in the catalogue), a picture of
// the screen where it has one of its own (app/testdata/goldens), and the tests.
var faults = []struct {
	what   string
	says   []fault.Code
	screen string
	tests  string
}{
	// The disk and the folder.
	{"the disk is full", []fault.Code{fault.DiskFull}, "names-not-saved", "TestDiskFullWhileTyping TestDiskFullAndLeft " +
		"TestDiskFullAtEachPress TestThePasswordCanNotBeNoted TestAFullDisk TestTheKernelSaysThatTheDiskIsFull"},
	{"the folder is read-only", []fault.Code{fault.FolderReadOnly}, "", "TestTheDataFolderIsReadOnly TestAReadOnlyFolder TestFolderFaults"},
	{"the folder vanishes, or is not there", []fault.Code{fault.FolderGone}, "use-folder-gone", "TestTheDataFolderVanishes " +
		"TestTheFolderVanishes TestTheDataFolderCanNotBeUsed TestFolderFaults"},
	{"the folder is on another computer", []fault.Code{fault.StoreNetwork}, "cannot-open-share", "TestADataFolderOnAnotherComputer " +
		"TestANetworkShareIsRefused TestNetworkShare TestKindsOfFileSystem"},
	{"two apps on one folder", []fault.Code{fault.AnotherRunning}, "cannot-open-running", "TestAnotherAppRunsAndDoesNotAnswer " +
		"TestTheSecondStartHandsItsLinkToTheFirst TestOneDirectoryByEveryPath TestNothingIsWrittenWithoutTheLock"},

	// The database.
	{"it is damaged", []fault.Code{fault.StoreDamaged}, "home-notices", "TestADamagedStore TestADamagedDatabaseIsRepaired " +
		"TestDamageWithoutACopyLosesOnlyWhatCanNotBeRead TestABadCopyIsPassedOver"},
	{"it is cut short", []fault.Code{fault.StoreDamaged}, "home-failed", "TestADamagedDatabaseIsRepaired TestWhateverIsDamagedEndsRepaired"},
	{"it is of a later version", []fault.Code{fault.StoreNewer}, "cannot-open-newer", "TestANewerStore TestANewerDatabaseIsRefusedAndUntouched"},
	{"another program has it", []fault.Code{fault.StoreLocked}, "", "TestAnotherProgramHasTheDatabase TestABusyDatabase"},

	// The keyring.
	{"there is none", []fault.Code{fault.KeyringAbsent}, "link-no-keyring", "TestKeyringFaultsAtTheCode TestKeyringFaultsAtTheKey " +
		"TestNoSessionBus TestASessionBusThatIsGone TestASessionBusWithoutAKeyring"},
	{"it is locked, or says no", []fault.Code{fault.KeyringLocked, fault.KeyringDenied}, "", "TestKeyringFaultsAtTheCode TestKeyringFaultsAtTheKey " +
		"TestKeyringFaultsWhileSending TestKeyringFaultsAtUse TestRealKeyringThatIsLocked TestTheDemoCanNotStartOver"},
	{"it blocks for ever", []fault.Code{fault.KeyringBlocked}, "link-opening", "TestKeyringFaultsAtTheCode TestKeyringFaultsAtUse " +
		"TestAKeyringThatBlocksIsAskedOnce TestGivingUpLeavesTheLedgerRight"},
	{"it gives other bytes back", []fault.Code{fault.KeyringLies, fault.KeyUnusable}, "", "TestKeyringFaultsAtTheCode TestKeyringFaultsAtTheKey " +
		"TestAKeyringThatLies TestARecordThatIsNotWholeIsNoKey TestTheKeyIsLost"},
	{"it is full (2,560 bytes)", []fault.Code{fault.KeyringFull}, "", "TestKeyringFaultsAtTheCode TestKeyringFaultsAtTheKey TestSecrets TestAKeyComesBackAsItWas"},
	{"it loses something later", []fault.Code{fault.KeyGone, fault.SecretGone}, "use-key-gone", "TestTheKeyringLosesAKeyLater TestTheKeyIsLost TestTheCodeIsLost"},

	// The network.
	{"it is down", []fault.Code{fault.Offline, fault.ServiceUnreachable}, "licence-offline", "TestNoConnection TestNothingNewBeforeAFinalAnswer"},
	{"it is slow", []fault.Code{fault.ServiceSlow}, "licence-slow", "TestTheServiceHangs TestASlowService"},
	{"it is cut in the middle", []fault.Code{fault.ServiceCut}, "", "TestServiceFaultsBeforeTheOrder TestServiceFaultsWhileSending " +
		"TestServiceFaultsWhileWaiting TestAConnectionThatBreaks TestLostAnswers"},
	{"a proxy refuses", []fault.Code{fault.ProxyRefused, fault.ProxySignIn, fault.ProxyUnreachable}, "licence-proxy", "TestAProxyInTheWay"},

	// The clock.
	{"it is a year wrong", []fault.Code{fault.ClockOrCertificate}, "licence-clock", "TestTheClockIsAYearWrong " +
		"TestACertificateThatIsNotValidByThisClock TestAWaitIsOfTheServicesClock"},
	{"it was a year ahead, and is right again", nil, "", "TestTheClockWasAYearAhead"},
}

// TestEveryFaultHasItsTest: what the list says is there.
func TestEveryFaultHasItsTest(t *testing.T) {
	root := filepath.Join("..", "..")
	tests := testNames(t, root)
	for _, f := range faults {
		for _, code := range f.says {
			words, err := os.ReadFile(filepath.Join(root, "assets", "translations", "fault.en.toml"))
			check(t, err)
			for _, part := range []string{"saw", "means", "do"} {
				if !strings.Contains(string(words), `["fault.`+string(code)+"."+part+`"]`) {
					t.Errorf("%s: %s has no %q", f.what, code, part)
				}
			}
		}
		if f.screen != "" {
			for _, lang := range []string{"en", "de"} {
				_, err := os.Stat(filepath.Join(root, "app", "testdata", "goldens", f.screen+"-"+lang+".txt"))
				check(t, err)
			}
		}
		named := strings.Fields(f.tests)
		if len(named) == 0 {
			t.Errorf("%s: no test", f.what)
		}
		for _, name := range named {
			if !tests[name] {
				t.Errorf("%s: there is no %s", f.what, name)
			}
		}
	}
}

// testNames are the tests of the repository.
func testNames(t *testing.T, root string) map[string]bool {
	t.Helper()
	is := regexp.MustCompile(`^Test[A-Z]`)
	out := map[string]bool{}
	check(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "build" || d.Name() == ".git"):
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && is.MatchString(f.Name.Name) {
				out[f.Name.Name] = true
			}
		}
		return nil
	}))
	return out
}
