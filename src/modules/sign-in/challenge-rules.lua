-- The rules of `challenge-rules.ts` for Redis, where a script is one step. A property test holds the two together.
--
-- ARGV[1] the operation's input as JSON · ARGV[2] the time in milliseconds, or '' for the server's own
-- ARGV[3] when the caller has given up, by the server's clock, or '': from then on nothing is done
-- KEYS    in the order of FIELDS; the answer is JSON
-- OPERATION, FIELDS and POLICY are put in front of this text when the script is made: each operation is a script of
-- its own, because what it does not need (keys, limits) would cost as much as what it does

local input = cjson.decode(ARGV[1])
local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

if ARGV[3] ~= '' and now > tonumber(ARGV[3]) then return cjson.encode({ at = now }) end

local book, keyOf = {}, {}
local stored = redis.call('MGET', unpack(KEYS))
for at, field in ipairs(FIELDS) do
  keyOf[field] = KEYS[at]
  book[field] = stored[at] and cmsgpack.unpack(stored[at])
end

if book.challenge and now >= book.challenge.expiresAt + POLICY.replayMs then book.challenge = false end

local function save(field, value, lifeMs)
  book[field] = value
  redis.call('SET', keyOf[field], cmsgpack.pack(value), 'PX', lifeMs)
end

-- Sliding logs

local function reachOf(windows)
  local reach, span = 0, 0
  for _, window in ipairs(windows) do
    reach = math.max(reach, window.limit)
    span = math.max(span, window.ms)
  end
  return reach, span
end

local function timeToWait(log, windows)
  local longest = 0
  for _, window in ipairs(windows) do
    local blocking = log and log[#log - window.limit + 1]
    if blocking then longest = math.max(longest, blocking + window.ms - now) end
  end
  return longest
end

local function append(field, windows)
  local most, span = reachOf(windows)
  local log = book[field] or {}
  log[#log + 1] = now
  while #log > most do table.remove(log, 1) end
  save(field, log, span)
end

local function dropNewest(field, windows)
  local log = book[field]
  if not log or #log == 0 then return end
  log[#log] = nil
  local _, span = reachOf(windows)
  save(field, log, span)
end

local function firstLimit(names, waits)
  local first, longest = nil, 0
  for at, name in ipairs(names) do
    if waits[at] > 0 then first = first or name end
    longest = math.max(longest, waits[at])
  end
  return first and { outcome = 'limited', limit = first, retryAfterMs = longest }
end

local function prefixWait()
  local window = POLICY.sends.prefix
  local wait = timeToWait(book.prefixSends, { window })
  if wait == 0 then return 0 end
  local since = book.prefixSends[#book.prefixSends - window.limit + 1]
  local verified = 0
  for _, at in ipairs(book.prefixVerified or {}) do
    if at >= since then verified = verified + 1 end
  end
  if verified * POLICY.prefixShare >= window.limit then return 0 end
  return wait
end

-- Money

local function currentSpending()
  local oldest = math.floor((now - POLICY.budget.windowMs) / POLICY.budget.cellMs)
  local cells, total = {}, 0
  for _, cell in ipairs(book.spending or {}) do
    if cell[1] >= oldest then
      cells[#cells + 1] = cell
      total = total + cell[2]
    end
  end
  return cells, total
end

local function spend(paise)
  local cells = currentSpending()
  local current = math.floor(now / POLICY.budget.cellMs)
  local last = cells[#cells]
  if last and last[1] == current then
    last[2] = last[2] + paise
  else
    cells[#cells + 1] = { current, paise }
  end
  save('spending', cells, POLICY.budget.windowMs + 2 * POLICY.budget.cellMs)
end

local function isAffordable(paise)
  if paise == 0 then return true end
  local _, total = currentSpending()
  return total + paise <= (book.known and POLICY.budget.allPaise or POLICY.budget.newPaise)
end

-- Challenges

local function isLive(challenge)
  return challenge and not challenge.usedAt and now < challenge.expiresAt
end

local function saveChallenge(challenge)
  save('challenge', challenge, math.max(1, challenge.expiresAt + POLICY.replayMs - now))
end

local function lastVendor(challenge)
  local parts = challenge.message.parts
  return #parts > 0 and parts[#parts].vendor or ''
end

local function includes(list, value)
  for _, each in ipairs(list) do
    if each == value then return true end
  end
  return false
end

local function otherThan(vendor, offers)
  for _, offer in ipairs(offers) do
    if offer.id ~= vendor then return offer end
  end
end

local function askerOf(challenge, field, value)
  for _, asker in ipairs(challenge and challenge.askers or {}) do
    if asker[field] == value then return asker end
  end
end

local function newAsker()
  return { id = input.fresh.id, source = input.source, tries = 0 }
end

-- Gives a source that is new to the challenge a handle and tries; when there are too many, whoever guessed most makes room.
local function welcome(challenge)
  if askerOf(challenge, 'source', input.source) then return false end
  local askers = challenge.askers
  if #askers < POLICY.mostAskers then
    askers[#askers + 1] = newAsker()
    return true
  end
  local worst = 1
  for at, asker in ipairs(askers) do
    if asker.tries > askers[worst].tries then worst = at end
  end
  askers[worst] = newAsker()
  return true
end

-- Another code for those who asked for the last one, with new tries for all of them.
local function openedAfter(former)
  local askers = { newAsker() }
  for _, asker in ipairs(former and former.askers or {}) do
    if asker.source ~= input.source and #askers < POLICY.mostAskers then
      askers[#askers + 1] = { id = asker.id, source = asker.source, tries = 0 }
    end
  end
  return {
    nonce = input.fresh.nonce, digest = input.fresh.digest, askers = askers, strangerTries = 0,
    openedAt = now, sends = 0, requests = {},
  }
end

local function view(outcome, challenge)
  return {
    outcome = outcome,
    challengeId = askerOf(challenge, 'source', input.source).id,
    nonce = challenge.nonce,
    expiresInMs = challenge.expiresAt - now,
    retryAfterMs = math.max(0, challenge.resendAt - now),
    vendor = lastVendor(challenge),
  }
end

-- The asker, or 'stranger', or 'foreign' for a handle that is none of this challenge.
local function callerOf(challenge)
  if input.challengeId then return askerOf(challenge, 'id', input.challengeId) or 'foreign' end
  return askerOf(challenge, 'source', input.source) or 'stranger'
end

local operations = {}

function operations.issue()
  local current = isLive(book.challenge) and book.challenge or nil
  local mine = askerOf(current, 'source', input.source)
  local isLockedOut = mine ~= nil and mine.tries >= POLICY.tries
  local isRenewable = current and not isLockedOut
    and current.openedAt + POLICY.longestLifeMs - now >= POLICY.shortestLifeMs
  local former = isRenewable and current or nil
  local isNew = former and welcome(former)
  local isRepeat = former and input.request and includes(former.requests, input.request)

  if former and (isRepeat or now < former.resendAt) then
    if isNew then saveChallenge(former) end
    return view('wait', former)
  end

  local limited = firstLimit({ 'phone', 'source', 'prefix' }, {
    math.max(timeToWait(book.phoneSends, POLICY.sends.phone), isLockedOut and current.resendAt - now or 0),
    timeToWait(book.sourceSends, POLICY.sends.source),
    prefixWait(),
  })
  if limited then return limited end

  local offer = otherThan(former and lastVendor(former), input.vendors) or input.vendors[1]
  if not isAffordable(offer.pricePaise) then return { outcome = 'overBudget' } end

  append('phoneSends', POLICY.sends.phone)
  append('sourceSends', POLICY.sends.source)
  append('prefixSends', { POLICY.sends.prefix })
  spend(offer.pricePaise)

  local challenge = former or openedAfter(current)
  challenge.sends = challenge.sends + 1
  challenge.expiresAt = math.min(now + POLICY.lifeMs, challenge.openedAt + POLICY.longestLifeMs)
  challenge.resendAt = now + POLICY.resendGapsMs[math.min(challenge.sends, #POLICY.resendGapsMs)]
  if input.request then table.insert(challenge.requests, input.request) end
  challenge.message = {
    reference = input.reference, sentAt = now, locale = input.locale, client = input.client,
    parts = { { vendor = offer.id, state = 'queued' } },
  }
  saveChallenge(challenge)

  local answer = view('send', challenge)
  answer.opened = former == nil
  return answer
end

function operations.settle()
  if input.extraPaise ~= 0 then spend(input.extraPaise) end
  if input.uncount then
    dropNewest('phoneSends', POLICY.sends.phone)
    dropNewest('prefixSends', { POLICY.sends.prefix })
  end
  local challenge = book.challenge
  if not challenge or challenge.message.reference ~= input.reference then return {} end
  if input.undelivered and challenge.sends == 1 then
    redis.call('DEL', keyOf.challenge)
    return {}
  end
  if input.undelivered then challenge.resendAt = now end
  challenge.message.parts = input.parts
  saveChallenge(challenge)
  return {}
end

local rank = { queued = 0, sent = 1, delivered = 2, failed = 2 }

function operations.recordDelivery()
  local challenge = book.challenge
  if not challenge or challenge.message.reference ~= input.reference then return { outcome = 'unknown' } end
  local message = challenge.message
  local part
  for _, each in ipairs(message.parts) do
    if each.vendor == input.vendor then part = each end
  end
  if not part then return { outcome = 'unknown' } end
  if rank[input.state] <= rank[part.state] then return { outcome = 'stale' } end
  part.state = input.state

  local mayResend = input.state == 'failed' and #message.parts == 1 and isLive(challenge)
  local offer = mayResend and otherThan(input.vendor, input.others) or nil
  if not offer or not isAffordable(offer.pricePaise) then
    saveChallenge(challenge)
    return { outcome = 'advanced', sentAgoMs = now - message.sentAt }
  end
  spend(offer.pricePaise)
  table.insert(message.parts, { vendor = offer.id, state = 'queued' })
  saveChallenge(challenge)
  return {
    outcome = 'resend', sentAgoMs = now - message.sentAt, vendor = offer.id,
    nonce = challenge.nonce, expiresInMs = challenge.expiresAt - now, locale = message.locale, client = message.client,
  }
end

local function right(challenge, caller)
  local id = caller == 'stranger' and challenge.askers[1].id or caller.id
  return { outcome = 'right', challengeId = id, vendor = lastVendor(challenge) }
end

local function isReplay(challenge)
  return input.request and input.request == challenge.usedBy and input.digest == challenge.digest
    and now < (challenge.usedAt or 0) + POLICY.replayMs
end

local function refuse(outcome, triesLeft)
  append('sourceWrong', POLICY.wrong.source)
  return { outcome = outcome, triesLeft = triesLeft }
end

function operations.verify()
  local challenge = book.challenge
  local limited = firstLimit({ 'source', 'phone' }, {
    timeToWait(book.sourceWrong, POLICY.wrong.source),
    math.max(timeToWait(book.phoneWrong, POLICY.wrong.phone), timeToWait(book.pairWrong, POLICY.wrong.pair)),
  })
  if limited then return limited end

  local caller = callerOf(challenge)
  if not isLive(challenge) or caller == 'foreign' then
    if challenge and caller ~= 'foreign' and isReplay(challenge) then return right(challenge, caller) end
    return refuse('closed')
  end
  if caller == 'stranger' then
    local areSpent = challenge.strangerTries >= POLICY.tries
    for _, asker in ipairs(challenge.askers) do areSpent = areSpent or asker.tries >= POLICY.tries end
    if areSpent or timeToWait(book.strangerWrong, POLICY.wrong.stranger) > 0 then return refuse('closed') end
  elseif caller.tries >= POLICY.tries then
    return refuse('locked')
  end

  if challenge.digest == input.digest then
    challenge.usedAt = now
    challenge.usedBy = input.request
    saveChallenge(challenge)
    append('prefixVerified', { POLICY.sends.prefix })
    save('known', true, POLICY.knownMs)
    return right(challenge, caller)
  end

  append('phoneWrong', POLICY.wrong.phone)
  append('pairWrong', POLICY.wrong.pair)
  if caller == 'stranger' then
    append('strangerWrong', POLICY.wrong.stranger)
    challenge.strangerTries = challenge.strangerTries + 1
    saveChallenge(challenge)
    return refuse('closed')
  end
  caller.tries = caller.tries + 1
  saveChallenge(challenge)
  local triesLeft = POLICY.tries - caller.tries
  if triesLeft > 0 then return refuse('wrong', triesLeft) end
  return refuse('locked')
end

local function deliveryOf(message)
  local best
  for _, part in ipairs(message.parts) do
    if part.state ~= 'failed' and (not best or rank[part.state] > rank[best]) then best = part.state end
  end
  return best or 'failed'
end

function operations.status()
  local retryAfterMs = timeToWait(book.sourceLooks, POLICY.looks.source)
  if retryAfterMs > 0 then return { outcome = 'limited', retryAfterMs = retryAfterMs } end
  append('sourceLooks', POLICY.looks.source)

  local challenge = book.challenge
  if not isLive(challenge) or type(callerOf(challenge)) == 'string' then return { outcome = 'none' } end
  return {
    outcome = 'live',
    expiresInMs = challenge.expiresAt - now,
    delivery = input.challengeId and deliveryOf(challenge.message) or nil,
  }
end

return cjson.encode({ at = now, result = operations[OPERATION]() })
