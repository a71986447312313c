package dingsim

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestUploadAndSampleFile(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *Config) { c.QPS = -1 }).login()
	path := "/media/upload?type=file&access_token=" + r.token
	pdf := []byte("%PDF-1.7 中文")
	for _, c := range []struct {
		name, part, file, path string
		size                   int
		code                   float64
	}{
		{"type", "media", "a.txt", path, 3, 40004},
		{"kind", "media", "a.pdf", "/media/upload?type=nothing&access_token=" + r.token, 3, 40004},
		{"empty", "media", "a.pdf", path, 0, 40006},
		{"big", "media", "a.pdf", path, 20<<20 + 1, 40006},
		{"part", "file", "a.pdf", path, 3, 41005},
	} {
		if status, out := r.upload(c.path, c.part, c.file, "application/pdf", make([]byte, c.size)); status != 200 ||
			out["errcode"] != c.code {
			t.Errorf("%s: %d %v", c.name, status, out)
		}
	}
	if out := r.ok("POST", path, obj{}); out["errcode"] != 43008.0 {
		t.Errorf("not multipart: %v", out)
	}
	_, out := r.upload("/media/upload?access_token="+r.token, "media", "告知书.pdf", "application/pdf", pdf, "type", "file")
	media, _ := out["media_id"].(string)
	if !strings.HasPrefix(media, "@") {
		t.Fatalf("upload: %v", out)
	}
	body := sampleText("u1")
	body["msgKey"], body["msgParam"] = "sampleFile",
		jsonText(obj{"mediaId": media, "fileName": "告知书.pdf", "fileType": "pdf"})
	r.ok("POST", "/v1.0/robot/oToMessages/batchSend", body)
	m := r.last("u1")
	resp, err := http.Get(r.url + "/sim/files/" + m["fileId"].(string))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got bytes.Buffer
	_, _ = got.ReadFrom(resp.Body)
	if resp.Header.Get("Content-Type") != "application/pdf" || !bytes.Equal(got.Bytes(), pdf) ||
		resp.Header.Get("Content-Disposition") != "inline; filename*=UTF-8''%E5%91%8A%E7%9F%A5%E4%B9%A6.pdf" {
		t.Fatalf("file: %v %q", resp.Header, got.String())
	}
}

func TestPersonSendsFileAndPicture(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil).login()
	_, got := r.bot()
	data := []byte("PK\x03\x04 zip")
	r.upload("/sim/users/u1/messages", "file", "材料.zip", "application/zip", data)
	m := recv(t, got)
	r.acked()
	content := m.Content.(map[string]any)
	if m.Msgtype != "file" || content["fileName"] != "材料.zip" {
		t.Fatalf("file message: %+v", m)
	}
	ask := obj{"downloadCode": content["downloadCode"], "robotCode": "other"}
	const path = "/v1.0/robot/messageFiles/download"
	if status, out, _ := r.do("POST", path, ask); status != 400 || out["code"] != "invalidParameter.robotCode.auth" {
		t.Errorf("wrong robot: %d %v", status, out)
	}
	if status, out, _ := r.do("POST", path, ask, "x-acs-dingtalk-access-token", r.loginAs("other", "x")); status != 400 ||
		out["code"] != "invalidParameter.robotCode.auth" {
		t.Errorf("wrong app: %d %v", status, out)
	}
	ask["robotCode"] = testApp
	if status, out, _ := r.do("POST", path, ask, "x-acs-dingtalk-access-token", r.loginAs("other", "x")); status != 400 ||
		out["code"] != "invalidParameter.robotCode.auth" {
		t.Errorf("foreign code with the right robot: %d %v", status, out)
	}
	link := r.ok("POST", path, ask)["downloadUrl"].(string)
	if !strings.Contains(link, ".file?Expires=") {
		t.Errorf("link %s", link)
	}
	if _, _, raw := r.do("GET", link, nil); !bytes.Equal(raw, data) {
		t.Errorf("bytes %q", raw)
	}
	r.sim.Advance(time.Hour)
	if status, _, _ := r.do("GET", link, nil); status != 403 {
		t.Errorf("expired link: %d", status)
	}
	r.sim.Advance(2 * time.Hour)
	r.login()
	if status, out, _ := r.do("POST", path, ask); status != 400 ||
		out["code"] != "invalidParameter.robotCode.downloadCode" {
		t.Errorf("expired code: %d %v", status, out)
	}
	r.upload("/sim/users/u1/messages", "file", "照片.JPG", "application/octet-stream", []byte("jpg"))
	if m := recv(t, got); m.Msgtype != "picture" || m.Content.(map[string]any)["fileName"] != nil {
		t.Errorf("picture: %+v", m)
	}
	if own := r.last("u1"); own["msgKey"] != "picture" || own["param"].(obj)["size"] != 3.0 {
		t.Errorf("own picture: %v", own)
	}
	r.upload("/sim/users/u1/messages", "file", "照片.jpg", "image/jpeg", []byte("jpg"), "as", "file")
	if m := recv(t, got); m.Msgtype != "file" {
		t.Errorf("forced file: %+v", m)
	}
	r.ok("POST", "/sim/users/u1/messages", obj{"audio": "我要备案"})
	if m := recv(t, got); m.Msgtype != "audio" || m.Content.(map[string]any)["recognition"] != "我要备案" {
		t.Errorf("audio: %+v", m)
	}
}
