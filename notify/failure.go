package notify

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// failures logs what goes wrong in jobs: every panic, and an error when it first
// occurs and when the job is given up.
type failures struct{ log *slog.Logger }

// HandleError implements [river.ErrorHandler].
func (f *failures) HandleError(_ context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	switch {
	case job.Attempt >= job.MaxAttempts:
		f.log.Error("job given up", "kind", job.Kind, "job", job.ID, "attempts", job.Attempt, "err", err)
	case job.Attempt == 1:
		f.log.Warn("job failed, will retry", "kind", job.Kind, "job", job.ID, "err", err)
	}
	return nil
}

// HandlePanic implements [river.ErrorHandler].
func (f *failures) HandlePanic(_ context.Context, job *rivertype.JobRow, panicked any,
	trace string,
) *river.ErrorHandlerResult {
	f.log.Error("job panicked", "kind", job.Kind, "job", job.ID, "panic", fmt.Sprint(panicked), "trace", trace)
	return nil
}
