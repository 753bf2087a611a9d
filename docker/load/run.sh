#!/bin/sh
# Scores card transactions as fast as it can: LOAD_CONNECTIONS at a time, for LOAD_DURATION. Needs a champion.
set -eu
connections=${LOAD_CONNECTIONS:-32}
: "${API_KEY:?is needed}"
exec wrk --threads "$((connections > 1 ? 2 : 1))" --connections "$connections" --duration "${LOAD_DURATION:-30s}" --latency \
  --script docker/load/score.lua "${LOAD_URL:-http://api:3000}/v1/fraud-score"
