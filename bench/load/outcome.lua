-- Prints what wrk measured as one JSON line; latencies in microseconds.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'OUTCOME {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"max":%d,"failedConnections":%d,"failedReads":%d,'
      .. '"failedWrites":%d,"timeouts":%d,"refused":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect, errors.read, errors.write, errors.timeout, errors.status))
end
