-- Refreshes sessions over and over, each with the token that its last answer gave; the file holds the first tokens, one a line,
-- more than there are connections, for wrk tries a request before it begins.
-- wrk ... -- REFRESH_TOKENS_FILE
dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "outcome.lua")

function init(arguments)
  waiting = {}
  for token in io.lines(arguments[1]) do
    waiting[#waiting + 1] = token
  end
end

function request()
  local token = table.remove(waiting)
  return wrk.format("POST", "/api/v1/auth/refresh", { ["Content-Type"] = "application/json" }, '{"refreshToken":"' .. token .. '"}')
end

function response(status, headers, body)
  local token = body:match('"refreshToken":"([^"]+)"')
  if token then
    table.insert(waiting, 1, token)
  end
end
