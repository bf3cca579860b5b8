-- POSTs the sign-in that a file holds.
-- wrk ... -- BODY_FILE
dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "outcome.lua")

function init(arguments)
  body = io.open(arguments[1]):read("*a")
end

function request()
  return wrk.format("POST", "/api/v1/auth/login", { ["Content-Type"] = "application/json" }, body)
end
