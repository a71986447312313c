package app

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// health answers the questions of an orchestrator: /livez whether the process is
// there, /readyz whether it can work, naming the part that is ill. Redis is not
// needed to work; without it a pending question is asked again.
func (a *App) health() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		parts := map[string]string{"database": word(a.store.Ping(ctx)), "redis": word(a.redis.Ping(ctx).Err())}
		status := http.StatusOK
		if parts["database"] != "ok" {
			status = http.StatusServiceUnavailable
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(parts); err != nil {
			a.log.Debug("health answer not written", "err", err)
		}
	})
	return mux
}

func word(err error) string {
	if err != nil {
		return "unreachable"
	}
	return "ok"
}
