package turntest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"example.org/beian/bot/dingtalk"
)

// Chat is DingTalk as far as rooms see it: it keeps what is sent. It is safe for concurrent use.
type Chat struct {
	mu       sync.Mutex
	sent     []Sent
	uploads  map[string][]byte
	gone     map[string]bool
	failures map[string]error
	// Downloads are the files behind download codes.
	Downloads map[string][]byte
	// Read are the people who have read a message, by its query key.
	Read map[string][]string
}

// Sent is one message, file, picture or card that was sent, or a card that was changed.
type Sent struct {
	To      []string // people; the webhook when it answers a message
	Message dingtalk.Message
	File    string            // name of a file
	Data    []byte            // of a file or picture
	Card    string            // track id
	Params  map[string]string // of a card
}

// Text is everything that can be read, with the titles of the buttons in brackets.
func (s Sent) Text() string {
	out := s.Message.Text
	for _, b := range s.Message.Buttons {
		out += "[" + b.Title + "]"
	}
	return strings.ReplaceAll(out, "**", "")
}

func newChat() *Chat {
	return &Chat{
		uploads: map[string][]byte{}, gone: map[string]bool{}, failures: map[string]error{},
		Downloads: map[string][]byte{}, Read: map[string][]string{},
	}
}

// Sent is what was sent since it was asked for last.
func (c *Chat) Sent() []Sent {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.sent
	c.sent = nil
	return out
}

// Gone takes somebody out of the organisation.
func (c *Chat) Gone(person string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone[person] = true
}

// Fail makes calls of a method end with an error, until it is nil.
func (c *Chat) Fail(method string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures[method] = err
}

func (c *Chat) send(method string, s Sent) (dingtalk.Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.failures[method]; err != nil {
		return dingtalk.Receipt{}, err
	}
	s.To = slices.Clone(s.To)
	c.sent = append(c.sent, s)
	return dingtalk.Receipt{QueryKey: fmt.Sprint("key", len(c.sent))}, nil
}

// Reply answers a message.
func (c *Chat) Reply(_ context.Context, webhook string, m dingtalk.Message) error {
	_, err := c.send("Reply", Sent{To: []string{webhook}, Message: m})
	return err
}

// Send sends a message.
func (c *Chat) Send(_ context.Context, users []string, m dingtalk.Message) error {
	_, err := c.send("Send", Sent{To: users, Message: m})
	return err
}

// SendEach sends a message and says who got it.
func (c *Chat) SendEach(_ context.Context, users []string, m dingtalk.Message) (dingtalk.Receipt, error) {
	return c.send("Send", Sent{To: users, Message: m})
}

// Upload keeps a file to be sent.
func (c *Chat) Upload(_ context.Context, name string, data []byte) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.failures["Upload"]; err != nil {
		return "", err
	}
	id := fmt.Sprintf("@%d-%s", len(c.uploads), name)
	c.uploads[id] = slices.Clone(data)
	return id, nil
}

// UploadImage keeps a picture to be sent.
func (c *Chat) UploadImage(ctx context.Context, name string, data []byte) (string, error) {
	return c.Upload(ctx, name, data)
}

// SendFile sends an uploaded file.
func (c *Chat) SendFile(ctx context.Context, users []string, media, name, kind string) error {
	_, err := c.SendFileEach(ctx, users, media, name, kind)
	return err
}

// SendFileEach sends an uploaded file and says who got it.
func (c *Chat) SendFileEach(_ context.Context, users []string, media, name, _ string) (dingtalk.Receipt, error) {
	return c.send("SendFile", Sent{To: users, File: name, Data: c.upload(media)})
}

// SendImageEach sends an uploaded picture and says who got it.
func (c *Chat) SendImageEach(_ context.Context, users []string, media string) (dingtalk.Receipt, error) {
	_, name, _ := strings.Cut(media, "-")
	return c.send("SendFile", Sent{To: users, File: name, Data: c.upload(media)})
}

func (c *Chat) upload(media string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.uploads[media]
}

// User looks somebody up in the organisation.
func (c *Chat) User(_ context.Context, id string) (dingtalk.User, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.failures["User"]; err != nil {
		return dingtalk.User{}, err
	}
	if c.gone[id] {
		return dingtalk.User{}, &dingtalk.Error{Kind: dingtalk.Absent, Code: "60121"}
	}
	return dingtalk.User{Active: true}, nil
}

// Download fetches a file that somebody sent.
func (c *Chat) Download(_ context.Context, code string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	data, ok := c.Downloads[code]
	if err := c.failures["Download"]; err != nil || ok {
		return data, err
	}
	return nil, &dingtalk.Error{Kind: dingtalk.Invalid, Code: "unknownError"}
}

// WhoRead returns who has read a message.
func (c *Chat) WhoRead(_ context.Context, key string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Read[key], c.failures["WhoRead"]
}

// SendCard shows a card.
func (c *Chat) SendCard(_ context.Context, receivers []string, card dingtalk.Card) error {
	_, err := c.send("SendCard", Sent{To: receivers, Card: card.TrackID, Params: card.Params})
	return err
}

// UpdateCard redraws a card.
func (c *Chat) UpdateCard(_ context.Context, track string, params map[string]string) error {
	_, err := c.send("UpdateCard", Sent{Card: track, Params: params})
	return err
}
