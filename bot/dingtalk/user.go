package dingtalk

import "context"

// User is what the address book says about a person.
type User struct {
	ID      string `json:"userid"`
	UnionID string `json:"unionid"`
	Name    string `json:"name"`
	Active  bool   `json:"active"`
}

// User looks a person up by userId.
func (c *Client) User(ctx context.Context, id string) (User, error) {
	var got struct {
		Result User `json:"result"`
	}
	err := c.callOld(ctx, "/topapi/v2/user/get", map[string]string{"userid": id, "language": "zh_CN"}, &got)
	return got.Result, err
}
