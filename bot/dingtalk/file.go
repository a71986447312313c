package dingtalk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/netip"
	"net/url"
)

// MaxFile is the largest file that is fetched or uploaded, in bytes: DingTalk's own
// limit for media.
const MaxFile = 20 << 20

// ErrTooLarge means that a file is larger than [MaxFile].
var ErrTooLarge = errors.New("file is larger than 20 MB")

// Upload stores a file with DingTalk and returns its media id.
func (c *Client) Upload(ctx context.Context, name string, data []byte) (string, error) {
	return c.upload(ctx, "file", name, data)
}

// UploadImage stores a picture with DingTalk and returns its media id.
func (c *Client) UploadImage(ctx context.Context, name string, data []byte) (string, error) {
	return c.upload(ctx, "image", name, data)
}

func (c *Client) upload(ctx context.Context, kind, name string, data []byte) (string, error) {
	const path = "/media/upload"
	if len(data) > MaxFile {
		return "", ErrTooLarge
	}
	var got struct {
		MediaID string `json:"media_id"`
	}
	err := c.withToken(ctx, path, func(token string) error {
		body, contentType, err := form(name, data)
		if err != nil {
			return err
		}
		address := c.cfg.OAPIURL + path + "?type=" + kind + "&access_token=" + url.QueryEscape(token)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
		if err != nil {
			return stripURL(err)
		}
		req.Header.Set("Content-Type", contentType)
		return c.do(req, &got)
	})
	return got.MediaID, err
}

func form(name string, data []byte) (io.Reader, string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("media", name)
	if err != nil {
		return nil, "", fmt.Errorf("make form: %w", err)
	}
	if _, err := part.Write(data); err != nil {
		return nil, "", fmt.Errorf("make form: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, "", fmt.Errorf("make form: %w", err)
	}
	return &b, w.FormDataContentType(), nil
}

// Download fetches a file that somebody sent to the robot. It asks for a fresh
// address each time, because addresses expire and sometimes do not resolve.
func (c *Client) Download(ctx context.Context, code string) ([]byte, error) {
	const path = "/v1.0/robot/messageFiles/download"
	var got struct {
		URL string `json:"downloadUrl"`
	}
	err := c.call(ctx, http.MethodPost, path, map[string]string{"downloadCode": code, "robotCode": c.cfg.RobotCode}, &got)
	if err != nil {
		return nil, err
	}
	data, err := c.fetch(ctx, got.URL)
	if err != nil {
		return nil, fmt.Errorf("fetch file: %w", err)
	}
	return data, nil
}

// fetch reads a signed address. The host varies, so it cannot be allow-listed;
// instead addresses inside our own network are refused, unless DingTalk itself is
// configured to be there.
func (c *Client) fetch(ctx context.Context, address string) (data []byte, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return nil, &Error{Path: "download", Kind: Invalid, Message: "unusable address"}
	}
	if err := c.outside(ctx, u); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, stripURL(err)
	}
	direct := *c.cfg.HTTP // a redirect could lead where outside has not looked
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := direct.Do(req)
	if err != nil {
		return nil, &Error{Path: "download", Kind: Unreachable, cause: stripURL(err)}
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return nil, &Error{Path: "download", Status: resp.StatusCode, Kind: Busy}
	}
	data, err = io.ReadAll(io.LimitReader(resp.Body, MaxFile+1))
	if err != nil {
		return nil, &Error{Path: "download", Kind: Unreachable, cause: err}
	}
	if len(data) > MaxFile {
		return nil, ErrTooLarge
	}
	return data, nil
}

func (c *Client) outside(ctx context.Context, u *url.URL) error {
	own, err := url.Parse(c.cfg.OAPIURL)
	if err == nil && own.Host == u.Host {
		return nil
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return &Error{Path: "download", Kind: Unreachable, cause: err}
	}
	for _, a := range addrs {
		if !public(a) {
			return &Error{Path: "download", Kind: Invalid, Message: "address inside our own network"}
		}
	}
	return nil
}

func public(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast()
}
