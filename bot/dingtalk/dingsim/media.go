package dingsim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	ossPath = "/sim-oss/"
	// Neither lifetime is documented; both are invented.
	codeLife = 2 * time.Hour
	linkLife = 30 * time.Minute
)

// file is a stored file; it is found by its id and, for uploads of a bot, by its media id.
type file struct {
	id, name, kind string // kind = content type
	data           []byte
}

// downloadCode is the right of one robot to fetch one file.
type downloadCode struct {
	app     *App
	file    *file
	expires time.Time
}

// signedLink is an address that needs no token.
type signedLink struct {
	file    *file
	expires time.Time
}

// mediaRule holds the documented limits of one upload type.
type mediaRule struct {
	max  int
	exts string
}

func mediaRules() map[string]mediaRule {
	return map[string]mediaRule{
		"image": {20 << 20, "jpg jpeg gif png bmp"}, // jpeg beside jpg is invented
		"voice": {2 << 20, "amr mp3 wav"},
		"video": {20 << 20, "mp4"},
		"file":  {20 << 20, "doc docx xls xlsx ppt pptx zip pdf rar"},
	}
}

// uploadMedia answers POST /media/upload.
func uploadMedia(c *call) reply {
	kind, name, data, err := readMedia(c)
	switch {
	case errors.Is(err, http.ErrNotMultipart):
		return c.failOld(43008, "参数需要multipart类型")
	case err != nil:
		return c.failOld(41005, "缺少media参数") // code invented
	}
	rule, known := mediaRules()[kind]
	ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
	if !known || ext == "" || !strings.Contains(" "+rule.exts+" ", " "+ext+" ") {
		return c.failOld(40004, "不合法的媒体文件类型")
	}
	if len(data) == 0 || len(data) > rule.max {
		return c.failOld(40006, "不合法的文件大小")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.storeLocked(name, "", data)
	mediaID := s.secretLocked("@lAL")
	s.files[mediaID] = f
	return c.okOld(map[string]any{
		"media_id": mediaID, "created_at": s.Now().UnixMilli(), "type": kind,
	})
}

// readMedia takes type from the query or the form and the bytes from the part "media".
func readMedia(c *call) (kind, name string, data []byte, err error) {
	kind = c.r.URL.Query().Get("type")
	mt, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(mt, "multipart/") {
		return "", "", nil, http.ErrNotMultipart
	}
	mr := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	found := false
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", "", nil, fmt.Errorf("read part: %w", err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return "", "", nil, fmt.Errorf("read part: %w", err)
		}
		switch part.FormName() {
		case "type":
			kind = string(content)
		case "media":
			name, data, found = part.FileName(), content, true
		}
	}
	if !found {
		return "", "", nil, errors.New("no part named media")
	}
	return kind, name, data, nil
}

// storeLocked keeps a file. An empty content type is derived from the name.
func (s *Sim) storeLocked(name, kind string, data []byte) *file {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	if kind == "" || kind == "application/octet-stream" {
		kind = typeOf(name, data)
	}
	f := &file{id: s.hexLocked(12), name: name, kind: kind, data: data}
	s.files[f.id] = f
	return f
}

// typeOf prefers the name: Office files look like zip to a sniffer.
func typeOf(name string, data []byte) string {
	ext := strings.ToLower(filepath.Ext(name))
	switch ext {
	case ".docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ".pptx":
		return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	case ".pdf":
		return "application/pdf"
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return http.DetectContentType(data)
}

// codeLocked issues a download code bound to one robot.
func (s *Sim) codeLocked(app *App, f *file) string {
	code := s.secretLocked("")
	s.codes[code] = downloadCode{app: app, file: f, expires: s.Now().Add(codeLife)}
	return code
}

// downloadFile answers POST /v1.0/robot/messageFiles/download; error codes documented.
func downloadFile(c *call) reply {
	var req struct {
		DownloadCode string `json:"downloadCode"`
		RobotCode    string `json:"robotCode"`
	}
	if err := decodeJSON(c.body, &req); err != nil {
		return c.badBody()
	}
	if req.RobotCode == "" {
		return c.bad("invalidParameter.robotCode.empty", "机器人robotCode为空")
	}
	if req.DownloadCode == "" {
		return c.bad("invalidParameter.robotCode.empty", "机器人downloadCode为空")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	d, known := s.codes[req.DownloadCode]
	if !known || now.After(d.expires) {
		return c.bad("invalidParameter.robotCode.downloadCode", "下载码有误或者已经过期")
	}
	if d.app != c.app || s.robots[req.RobotCode] != d.app {
		return c.bad("invalidParameter.robotCode.auth", "此downloadCode和机器人robotCode不匹配")
	}
	sign, until := s.secretLocked(""), now.Add(linkLife)
	s.links[sign] = signedLink{file: d.file, expires: until}
	// Documented: a signed OSS address, http, ending in .file whatever the real name is.
	link := c.base + ossPath + d.file.id + ".file?Expires=" + strconv.FormatInt(until.Unix(), 10) +
		"&Signature=" + url.QueryEscape(sign)
	return ok(map[string]any{"downloadUrl": link})
}

// serveSigned hands out the bytes of a signed address without a token.
func (s *Sim) serveSigned(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	l, known := s.links[r.URL.Query().Get("Signature")]
	broken := s.faults.hits(r.URL.Path) && s.rollLocked(s.faults.Rate5xx)
	s.mu.Unlock()
	switch {
	case broken: // reported: 502 from the storage hosts
		http.Error(w, "Bad Gateway", http.StatusBadGateway)
	case !known || s.Now().After(l.expires) || r.URL.Path != ossPath+l.file.id+".file":
		http.Error(w, "<Error><Code>AccessDenied</Code></Error>", http.StatusForbidden)
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(len(l.file.data)))
		_, _ = w.Write(l.file.data)
	}
}

// getFile answers GET /sim/files/{id} for the chat page and the tests.
func (s *Sim) getFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.files[r.PathValue("id")]
	s.mu.Unlock()
	if f == nil {
		writeError(w, http.StatusNotFound, "没有这个文件 (no such file)")
		return
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if f.kind != "application/pdf" { // browsers refuse to show a PDF in a sandbox
		w.Header().Set("Content-Security-Policy", "sandbox") // an uploaded HTML file must not act as the page
	}
	w.Header().Set("Content-Disposition", "inline; filename*=UTF-8''"+url.PathEscape(f.name))
	w.Header().Set("Content-Length", strconv.Itoa(len(f.data)))
	_, _ = w.Write(f.data)
}
