-- wrk's script: one card transaction, again and again, each with another amount. Ends with 1 when a request failed.
local key = os.getenv("API_KEY")
local template = '{"Time":43200,%s"Amount":%.2f}'
local components = {}
for number = 1, 28 do components[number] = string.format('"V%d":%.2f,', number, (number % 7 - 3) / 10) end
local features = table.concat(components)

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-API-Key"] = key

function request()
  return wrk.format(nil, nil, nil, string.format(template, features, math.random() * 500))
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("p50 %.1f ms, p99 %.1f ms, %d requests, %d failed\n",
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.requests, failed))
  if failed > 0 or summary.requests == 0 then os.exit(1) end
end
