package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// Card is an interactive card: a template that the organisation has built, and the
// values of its variables.
type Card struct {
	Template string
	TrackID  string // ours; the same id never shows twice
	Params   map[string]string
	Summary  string // shown in the chat list
}

// SendCard creates the card and delivers it to the single chats of the receivers.
// A card that exists already counts as sent: the track id is derived from what the
// card is about, so a job that runs twice shows one card.
func (c *Client) SendCard(ctx context.Context, receivers []string, card Card) error {
	const path = "/v1.0/card/instances/createAndDeliver"
	var got struct {
		Result struct {
			Deliver []struct {
				SpaceID string `json:"spaceId"`
				Success bool   `json:"success"`
				Error   string `json:"errorMsg"`
			} `json:"deliverResults"`
		} `json:"result"`
	}
	err := c.call(ctx, http.MethodPost, path, map[string]any{
		"cardTemplateId": card.Template,
		"outTrackId":     card.TrackID,
		"callbackType":   "STREAM", // without it no click ever arrives
		"userIdType":     1,
		"cardData":       map[string]any{"cardParamMap": card.Params},
		"openSpaceId":    "dtv1.card//IM_ROBOT." + strings.Join(receivers, ";IM_ROBOT."),
		"imRobotOpenSpaceModel": map[string]any{
			"supportForward": false, // a decision is made by those who were asked
			"lastMessageI18n": map[string]string{
				"ZH_CN": card.Summary,
			},
		},
		"imRobotOpenDeliverModel": map[string]any{"spaceType": "IM_ROBOT"},
	}, &got)
	if isCode(err, "param.cardAlreadyExist") {
		return nil
	}
	if err != nil {
		return err
	}
	failed := 0
	for _, d := range got.Result.Deliver { // a 200 answer may carry a failed delivery
		if !d.Success {
			failed++
		}
	}
	if failed > 0 && failed == len(got.Result.Deliver) {
		return undelivered(path, "deliver", Invalid, failed)
	}
	return nil
}

// UpdateCard changes variables of a card for everybody who sees it.
func (c *Client) UpdateCard(ctx context.Context, trackID string, params map[string]string) error {
	return c.call(ctx, http.MethodPut, "/v1.0/card/instances", map[string]any{
		"outTrackId": trackID,
		"userIdType": 1,
		"cardData":   map[string]any{"cardParamMap": params},
		// without this option the call would empty every variable it does not name
		"cardUpdateOptions": map[string]bool{"updateCardDataByKey": true},
	}, nil)
}

func isCode(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}
