-- Sends requests that were written to a file beforehand: signing one costs more than answering it.
-- wrk -s requests.lua URL -- FILE once|again

local length = 8
local requests, file, again, next_one

local function read()
  local size = file:read(length)
  return size and file:read(tonumber(size))
end

function init(args)
  file, again, next_one = assert(io.open(args[1], "rb")), args[2] == "again", 0
  if again then
    requests = {}
    for one in read do
      requests[#requests + 1] = one
    end
  end
end

function request()
  if again then
    next_one = next_one % #requests + 1
    return requests[next_one]
  end
  -- Whoever reads the report sees that there were too few.
  return read() or wrk.format("GET", "/api/there-were-too-few-requests")
end
