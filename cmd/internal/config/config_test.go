package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/beian/cmd/internal/config"
	"example.org/beian/storage/keyring"
)

// environment sets exactly these variables of ours for the test.
func environment(t *testing.T, vars map[string]string) {
	t.Helper()
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "BEIAN_") {
			t.Setenv(name, "")
		}
	}
	for k, v := range vars {
		t.Setenv(k, v)
	}
}

func whole(t *testing.T) map[string]string {
	t.Helper()
	keys, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"BEIAN_DATABASE_URL": "postgres://beian@db/beian", "BEIAN_REDIS_URL": "redis://redis:6379/0",
		"BEIAN_DINGTALK_CLIENT_ID": "ding1", "BEIAN_DINGTALK_CLIENT_SECRET": "s3cret", "BEIAN_CARD_TEMPLATE_ID": "x.schema",
		"BEIAN_KEYS": string(keys), "BEIAN_FILES_URL": "file:///var/lib/beian/files", "BEIAN_SCHOOL": "示例师范大学",
	}
}

func TestWholeConfiguration(t *testing.T) {
	environment(t, whole(t))
	c, err := config.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if c.APIURL != "https://api.dingtalk.com" || c.DailyCron != "0 9 * * *" {
		t.Errorf("defaults: %+v", c)
	}
}

// TestFilesAddress: uploads go to a directory or a bucket; a bucket needs its keys.
func TestFilesAddress(t *testing.T) {
	const bucket = "s3://scans/beian?endpoint=https://oss-cn-hangzhou.aliyuncs.com&region=cn-hangzhou"
	for _, c := range []struct {
		url, key, secret, fault string
	}{
		{url: bucket, key: "k", secret: "s"},
		{url: bucket, key: "k", fault: "BEIAN_FILES_SECRET_KEY"},
		{url: "s3://scans/beian", key: "k", secret: "s", fault: "endpoint"},
		{url: "file://" + t.TempDir()},
	} {
		vars := whole(t)
		vars["BEIAN_FILES_URL"], vars["BEIAN_FILES_ACCESS_KEY"], vars["BEIAN_FILES_SECRET_KEY"] = c.url, c.key, c.secret
		environment(t, vars)
		cfg, err := config.FromEnvironment()
		if err != nil {
			t.Fatal(err)
		}
		err = cfg.Validate()
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%s: %v, want a sentence about %s", c.url, err, c.fault)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.url, err)
		}
		if blobs, err := cfg.Blobs(); err != nil || blobs == nil {
			t.Errorf("%s: %v", c.url, err)
		}
	}
}

func TestSecretsFromFiles(t *testing.T) {
	vars := whole(t)
	for _, name := range []string{"BEIAN_KEYS", "BEIAN_DINGTALK_CLIENT_SECRET", "BEIAN_DATABASE_URL", "BEIAN_REDIS_URL"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(vars[name]+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		vars[name+"_FILE"] = path
		delete(vars, name)
	}
	environment(t, vars)
	c, err := config.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil || c.ClientSecret != "s3cret" {
		t.Errorf("%q, %v", c.ClientSecret, err)
	}
	t.Setenv("BEIAN_KEYS_FILE", "/no/such/file")
	if _, err := config.FromEnvironment(); err == nil || !strings.Contains(err.Error(), "BEIAN_KEYS_FILE") {
		t.Errorf("a missing secret file: %v", err)
	}
}

// TestOneSentencePerFault: everything that is wrong is told at once, and no secret
// with it.
func TestOneSentencePerFault(t *testing.T) {
	environment(t, nil)
	c, err := config.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	err = c.Validate()
	if err == nil {
		t.Fatal("an empty configuration was accepted")
	}
	for _, name := range []string{
		"BEIAN_DATABASE_URL", "BEIAN_REDIS_URL", "BEIAN_DINGTALK_CLIENT_ID", "BEIAN_DINGTALK_CLIENT_SECRET",
		"BEIAN_KEYS", "BEIAN_FILES_URL", "BEIAN_SCHOOL",
	} {
		if strings.Count(err.Error(), name+" 没有设置") != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, bad := range map[string]string{
		"BEIAN_DATABASE_URL": "mysql://u:topsecret@x", "BEIAN_REDIS_URL": "http://topsecret",
		"BEIAN_KEYS":      `{"aead":"topsecret"}`,
		"BEIAN_FILES_URL": "ftp://topsecret", "BEIAN_CRON_DAILY": "often", "BEIAN_LOG": "loud",
		"BEIAN_POLICY":           "/no/such/policy.json",
		"BEIAN_DINGTALK_API_URL": "api.dingtalk.com", "BEIAN_CLAMD": "clamav:3310", "BEIAN_DATABASE": "topsecret",
	} {
		vars := whole(t)
		vars[name] = bad
		environment(t, vars)
		c, err := config.FromEnvironment()
		if err != nil {
			t.Fatal(err)
		}
		err = c.Validate()
		if err == nil || !strings.Contains(err.Error(), name) || strings.Count(err.Error(), "\n") != 0 {
			t.Errorf("%s=%s: %v", name, bad, err)
		}
		if err != nil && strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%s: the value is in the message", name)
		}
	}
}
