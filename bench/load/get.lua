-- GETs paths picked at random from a file, as principals picked at random from another.
-- wrk ... -- PATHS_FILE TOKENS_FILE
dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "outcome.lua")

local function lines(file)
  local found = {}
  for line in io.lines(file) do
    found[#found + 1] = line
  end
  return found
end

function init(arguments)
  paths = lines(arguments[1])
  principals = {}
  for _, token in ipairs(lines(arguments[2])) do
    principals[#principals + 1] = { ["Authorization"] = "Bearer " .. token }
  end
  math.randomseed(os.time())
end

function request()
  return wrk.format("GET", paths[math.random(#paths)], principals[math.random(#principals)])
end
