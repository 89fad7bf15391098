package verify

import (
	"bytes"
	"strings"
	"testing"
)

// lines of base64, of 39 bytes and of 48.
const (
	base64Line  = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
	base64Line2 = "MC4CAQAwBQYDK2VwBCIEIGk1cWtOQkRhU0ZtV2x4c3hHQWJqV2Z3c2xQaUhoeVpy"
)

// TestHasKey has keys of each format with what comments, strings and editors put
// around their lines, and texts that only speak of keys.
func TestHasKey(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"plain":          {"-----BEGIN PRIVATE KEY-----\n" + base64Line2 + "\n-----END PRIVATE KEY-----\n", true},
		"comment":        {"/*\n * -----BEGIN PRIVATE KEY-----\n * " + base64Line + "\n */\n", true},
		"line comment":   {"// -----BEGIN EC PRIVATE KEY-----\n// " + base64Line + "\n", true},
		"script":         {"# -----BEGIN PRIVATE KEY-----\n# " + base64Line + "\n", true},
		"strings":        {"char k[] = \"-----BEGIN RSA PRIVATE KEY-----\\n\"\n\"" + base64Line + "\\n\";\n", true},
		"short strings":  {"\"-----BEGIN RSA PRIVATE KEY-----\\r\\n\" \\\n\"" + base64Line[:20] + "\\r\\n\" \\\n\"" + base64Line[20:44] + "\" \\\n", true},
		"one string":     {`{"key": "-----BEGIN PRIVATE KEY-----\n` + base64Line + `\n-----END PRIVATE KEY-----\n"}`, true},
		"open string":    {"k = \"-----BEGIN PRIVATE KEY-----\n" + base64Line + "\"\n", true},
		"assembler":      {"\t.ascii \"-----BEGIN PRIVATE KEY-----\\n\"\n\t.ascii \"" + base64Line + "\\n\"\n", true},
		"indented":       {"\t-----BEGIN EC PRIVATE KEY-----\r\n\t" + base64Line + "\r\n", true},
		"BOM":            {"\xef\xbb\xbf-----BEGIN OPENSSH PRIVATE KEY-----\n" + base64Line + "\n", true},
		"headers":        {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n" + base64Line + "\n", true},
		"GnuPG":          {"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n" + base64Line + "\n=abcd\n", true},
		"SSH2":           {"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"me\"\n" + base64Line + "\n", true},
		"PuTTY":          {"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n" + base64Line + "\n", true},
		"the second":     {"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n" + base64Line, true},
		"exactly enough": {"-----BEGIN PRIVATE KEY-----\n" + base64Line[:keyDigits], true},

		"one too few":     {"-----BEGIN PRIVATE KEY-----\n" + base64Line[:keyDigits-1], false},
		"only a mark":     {"looks for \"-----BEGIN PRIVATE KEY-----\" in a file\nand reads the lines behind it, which are base64\n", false},
		"ended":           {"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n" + base64Line, false},
		"public":          {"-----BEGIN PUBLIC KEY-----\n" + base64Line + "\n", false},
		"certificate":     {"-----BEGIN CERTIFICATE-----\n" + base64Line + "\n", false},
		"SSH2, public":    {"---- BEGIN SSH2 PUBLIC KEY ----\n" + base64Line + "\n", false},
		"words":           {"the PRIVATE KEY-----\n" + base64Line, false},
		"paths":           {"-----BEGIN PRIVATE KEY-----\n * include/linux/crypto/internal/a/b/c/d/e/f/g/h/i\n", false},
		"names":           {"-----BEGIN PRIVATE KEY-----\n#define CONFIG_MODULE_SIG_KEY_OF_THE_VERY_KERNEL_Build 1\nstatic_inline_Function_with_a_long_name_of_an_API\n", false},
		"far behind":      {"-----BEGIN PRIVATE KEY-----\n" + strings.Repeat("-\n", keyWindow/2) + base64Line, false},
		"base64 and more": {"-----BEGIN PRIVATE KEY-----\nThe line of " + base64Line + " is none\n", false},
	} {
		if got := hasKey([]byte(c.text)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestHasKeyIsLinear has large texts that are all of what begins a key: where their
// size counts twice, the test does not end in its time.
func TestHasKeyIsLinear(t *testing.T) {
	for _, part := range []string{"PRIVATE KEY", "-----BEGIN PRIVATE KEY-----", "PuTTY-User-Key-File-", "-----BEGIN PRIVATE KEY-----" + strings.Repeat(" ", 2000), "-----BEGIN PRIVATE KEY-----" + strings.Repeat("\"", 2000)} {
		text := bytes.Repeat([]byte(part), (8<<20)/len(part))
		if hasKey(text) {
			t.Errorf("%.30q has a key", part)
		}
	}
}
