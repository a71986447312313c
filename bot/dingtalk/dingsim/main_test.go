package dingsim

import (
	"os"
	"testing"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/logger"
)

// TestMain touches the SDK's logger once: v0.9.2-beta.1 creates it lazily without a lock, which
// is a data race when two clients start at the same time.
func TestMain(m *testing.M) {
	logger.GetLogger()
	os.Exit(m.Run())
}
