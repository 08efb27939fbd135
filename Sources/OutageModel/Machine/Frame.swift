// Where things stand in an element's state. Words are Int64; "lo | hi" are its two halves.

/// A frame: one running body. Registers follow the header.
public enum Frame {
  /// pc | token: the token changes whenever the frame goes on, so that what was scheduled before is stale.
  public static let pc = 0
  /// body (lo 24 bits) and state (next 8) | element
  public static let kind = 1
  /// next | previous frame of the element
  public static let links = 2
  /// caller's frame | token; 0: nobody waits
  public static let caller = 3
  /// caller's element | handler (16 bits)
  public static let origin = 4
  /// Arrival of the request (service), start (load, lease)
  public static let start = 5
  /// `Active.stalled` at the beginning of `work`; lease: start of the present attempt.
  public static let mark = 6
  /// Start of service
  public static let served = 7
  /// next frame in a list of waiters
  public static let link = 8
  public static let deadline = 9
  /// For whom it draws: see Random/Draw.swift.
  public static let owner = 10
  public static let header = 11

  public static let working: Int64 = 1 << 24
  public static let parked: Int64 = 2 << 24
  public static let taking: Int64 = 4 << 24
  /// Looks again at what it waits for: it keeps its place among those who wait.
  public static let looking: Int64 = 8 << 24
  /// It waits for its turn in an order that is followed.
  public static let held: Int64 = 16 << 24
  public static let stateMask: Int64 = 0xFF << 24
  public static let bodyMask: Int64 = 0xFF_FFFF
}

/// The head of every element that acts: process, service, balancer, load, timeline entry.
public enum Active {
  /// first frame | flags
  public static let frames = 0
  /// ns spent stalled so far
  public static let stalled = 1
  public static let stallSince = 2
  /// Label id of a stall that waits for its step, and its duration (-1: until healed).
  public static let armedLabel = 3
  public static let armedFor = 4
  /// Factor of `slow`, a number.
  public static let slowness = 5
  /// Deferred events: first | last block
  public static let deferred = 6
  /// stall generation | slow generation
  public static let generations = 7
  public static let timeouts = 8
  public static let retries = 9
  /// First resolver cache block | bodies begun so far (of a load: users)
  public static let caches = 10
  /// Finished frames (processes)
  public static let finished = 11
  public static let header = 12

  public static let crashed: Int64 = 1 << 32
  public static let isStalled: Int64 = 2 << 32
  public static let disabled: Int64 = 4 << 32
  public static let armed: Int64 = 8 << 32
  public static let slow: Int64 = 16 << 32
  public static let anyFault: Int64 = crashed | isStalled | disabled
  /// Crashes so far, in the upper bits of the flags: what was to begin before a crash does not begin after it.
  public static let epoch: Int64 = 1 << 40
}

/// A lease element. `Active.caches` does not apply: word 4 is the same.
public enum Lease {
  /// frame | flags (holder state)
  public static let frame = 0
  public static let expiry = 1
  /// Key reserved for the expiry event.
  public static let expiryKey = 2
  /// token lo | holder hi (element + 1, 0: none)
  public static let token = 3
  /// First resolver cache block | renewals begun so far
  public static let caches = 4
  public static let words = 5

  public static let active: Int64 = 1 << 32
  /// An expiry event is pending.
  public static let armed: Int64 = 2 << 32
}

/// The part of a lease fleet in one island.
public enum Fleet {
  public static let active = 0
  public static let renewed = 1
  public static let failed = 2
  public static let expired = 3
  public static let timeouts = 4
  public static let retries = 5
  public static let first = 6
  public static let count = 7
  /// A `Level`: leases that are held.
  public static let activeLevel = 8
  public static let words = activeLevel + Level.words
}

/// What a handler with a limit keeps in each element of its service.
public enum HandlerLimit {
  public static let inHand = 0
  /// tokens, then the time of their last refill
  public static let tokens = 1
  /// at once, or Int64.max
  public static let atOnce = 3
  /// admitted per second, or 0: none
  public static let rate = 4
  public static let words = 5
}

/// What each element of a service keeps of the requests to one handler that have left it. Int128 are two words.
public enum HandlerAccount {
  /// Int128: total time of waiting, and of service.
  public static let waited = 0
  public static let served = 2
  /// Int128: total time of those that did not end well.
  public static let failedTime = 4
  /// Response times of those that ended well, and of the others.
  public static let histogram = 6
  public static let failedHistogram = 7
  public static let words = 8
}

public enum Service {
  public static let servers = Active.header
  public static let busy = servers + 1
  /// At once, or Int64.max
  public static let limit = busy + 1
  /// Admitted per second (number), 0: none
  public static let rate = limit + 1
  public static let tokens = rate + 1
  public static let tokenTime = tokens + 1
  public static let latency = tokenTime + 1
  public static let capacity = latency + 1
  public static let queued = capacity + 1
  /// A `Level` each: requests that wait, busy servers, servers.
  public static let queueLevel = queued + 1
  public static let busyLevel = queueLevel + Level.words
  public static let serverLevel = busyLevel + Level.words
  public static let arrived = serverLevel + Level.words
  public static let completed = arrived + 1
  public static let failed = completed + 1
  public static let refused = failed + 1
  public static let dropped = refused + 1
  public static let expired = dropped + 1
  public static let wasted = expired + 1
  /// Smoothed service time (number of ns) of `drop hopeless`.
  public static let meanService = wasted + 1
  /// Queue levels, a `Deque` each
  public static let levels = meanService + 1
  public static let levelWords = Deque.words
}

public enum Load {
  public static let rate = Active.header
  public static let remaining = rate + 1
  public static let users = remaining + 1
  public static let think = users + 1
  public static let started = think + 1
  public static let ok = started + 1
  public static let failed = ok + 1
  public static let inFlight = failed + 1
  public static let lastArrival = inFlight + 1
  public static let generation = lastArrival + 1
  /// A `Level`: requests in flight.
  public static let flightLevel = generation + 1
  /// Int128 each: total time of the requests that have ended, and of those of them that failed.
  public static let sojourn = flightLevel + Level.words
  public static let failedTime = sojourn + 2
  /// Response times of those that ended well, and of those that failed.
  public static let histogram = failedTime + 2
  public static let failedHistogram = histogram + 1
  public static let seriesIndex = failedHistogram + 1
  public static let spawned = seriesIndex + 1
  /// Regular arrivals: a time, and how many were made since: no rounding adds up.
  public static let evenBase = spawned + 1
  public static let evenCount = evenBase + 1
  /// Gaps drawn since the last arrival: a rate that is assigned draws another one.
  public static let gaps = evenCount + 1
  public static let words = gaps + 1
}

public enum Process {
  public static let words = Active.header
}

public enum Plans {
  public static let latest = 0
  public static let count = 1
  /// Block of entries (version, address block, addresses), its capacity in entries
  public static let block = 2
  public static let capacity = 3
  public static let words = 4
}

public enum Record {
  public static let version = 0
  public static let ttl = 1
  public static let negative = 2
  public static let words = 3
}

public enum Store {
  public static let capacity = 0
  /// A `Deque` of items
  public static let items = 1
  public static let waitersHead = items &+ Deque.words
  public static let waitersTail = waitersHead + 1
  /// A `Level`: items that wait.
  public static let level = waitersTail + 1
  public static let words = level + Level.words
}

/// What an element of a variable keeps behind its value where a measure wants its mean over time.
public enum Measured {
  /// Its integral until the last change: an Int128, or a number in the first of two words.
  public static let area = 0
  public static let lastChange = 2
  public static let words = 3
}

public enum Balancer {
  public static let failover = Active.header
  public static let velocity = failover + 1
  public static let velocityPer = velocity + 1
  public static let checkEvery = velocityPer + 1
  public static let downAfter = checkEvery + 1
  public static let upAfter = downAfter + 1
  public static let healthy = upAfter + 1
  public static let next = healthy + 1
  public static let checkTimeout = next + 1
  /// Then words for each target: see `checked`.
  public static let targets = checkTimeout + 1
  public static let targetWords = 3
}
