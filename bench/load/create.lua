-- POSTs contacts whose e-mail addresses never repeat, as principals picked at random from a file.
-- wrk ... -- TOKENS_FILE RUN (a word that no other run uses)
dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "outcome.lua")

local threads = 0
local body = '{"name":"Bench Person %d","email":"person.%s.%d.%d@example.com","phone":"+4930%07d",'
  .. '"address":"%d Example Street, 10115 Berlin","age":%d,"gender":"unspecified"}'

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  principals = {}
  for token in io.lines(arguments[1]) do
    principals[#principals + 1] = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
  end
  run = arguments[2]
  sent = 0
  math.randomseed(os.time())
end

function request()
  sent = sent + 1
  local contact = body:format(sent, run, number, sent, sent % 10000000, sent % 1000, sent % 100)
  return wrk.format("POST", "/api/v1/contacts", principals[math.random(#principals)], contact)
end
