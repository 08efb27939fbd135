// Back-off, retry budgets and counts of calls.

extension Island {
  /// The pause before retry b (1…): base * 2^(b-1) up to limit, with the jitter of "Exponential Backoff And Jitter" (M.
  /// Brooker, AWS Architecture Blog, 2015): none; equal: half plus U(0, half); full: U(0, whole); decorrelated:
  /// min(limit, U(base, 3 * last)). nil: a negative time.
  func backoff(_ r: UnsafeMutablePointer<Int64>, _ i: Fetched, _ frame: Int) -> Int64? {
    let c = Int(i.c)
    let base = r[c]
    let limit = r[c + 1]
    if base < 0 || limit < 0 { return nil }
    let attempt = max(0, r[Int(i.b)] - 1)
    var whole = limit
    if attempt < 62 {
      let (v, o) = base.multipliedReportingOverflow(by: 1 << attempt)
      if !o { whole = min(v, limit) }
    }
    let jitter = JitterCode(rawValue: Int(i.imm >> 32 & 0xFFFF)).unsafelyUnwrapped
    var (least, most): (Int64, Int64) = (0, whole)
    switch jitter {
    case .none: return whole
    case .equal: least = whole / 2
    case .full: break
    case .decorrelated:
      let last = attempt == 0 ? base : r[c + 2]
      let (triple, o) = last.multipliedReportingOverflow(by: 3)
      (least, most) = (base, max(base, o ? limit : triple))
    }
    let drawn = drawing(i.place, frame, slot: i.slot).uniform(least, most)
    if jitter != .decorrelated { return drawn }
    r[c + 2] = min(limit, drawn)
    return r[c + 2]
  }

  /// Retry budget: a bucket of at most `burst` tokens, full at the start (word 0 counts what is missing from it).
  func budgetTake(_ own: Int, _ word: Int, burst: Double) -> Bool {
    let slot = offset(own) &+ word
    let missing = Double(bitPattern: UInt64(bitPattern: mem[slot]))
    // Ten tenths make a token, whatever their sum in binary.
    if burst - missing < 1 - 1e-9 { return false }
    mem[slot] = Int64(bitPattern: (missing + 1).bitPattern)
    return true
  }

  func budgetEarn(_ own: Int, _ word: Int, _ tokens: Double, burst: Double) {
    let slot = offset(own) &+ word
    let missing = Double(bitPattern: UInt64(bitPattern: mem[slot]))
    mem[slot] = Int64(bitPattern: max(0, missing - tokens).bitPattern)
  }

  @inline(always)
  func countRetry(_ own: Int) {
    if kind(own) == .lease {
      countFleet(own, Fleet.retries)
    } else {
      mem[offset(own) &+ Active.retries] &+= 1
    }
  }
}
