// The step function: runs one frame until it blocks or ends. Engine, explorer and REPL all move the world through here.

/// Turns of loops a frame may take without blocking.
let turnLimit = 1_000_000

extension Island {
  @inline(__always)
  func registers(_ frame: Int) -> UnsafeMutablePointer<Int64> { mem + (frame &+ Frame.header) }

  /// Runs a frame from its pc until it blocks (an event will resume it) or ends (and is freed). Where the very next event
  /// would be the request or answer that it has just sent, the machine goes on there at once. One copy stands in the event
  /// loop, so that its state stays in registers.
  @inline(always)
  func go(_ frame: Int) {
    var next = frame
    var switches = 0
    repeat {
      next = execute(next, stepping: false)
      switches &+= 1
      if switches & 255 == 0 {
        if switches > turnLimit { return trouble(.zeroTime, frame: next) }
        askWhetherToStop()
      }
    } while next != 0
    p.pointee.events &+= Int64(switches &- 1)
  }

  /// Runs one frame; gives the frame to go on with, or 0. `stepping` is a literal where this is called: one copy for the
  /// engine, one for drivers that go step by step.
  @inline(always)
  func execute(_ frame: Int, stepping: Bool) -> Int {
    let code = tables.code
    let mem = self.mem
    p.pointee.currentStep = -1
    p.pointee.currentFrame = frame
    var pc = Int(UInt32(truncatingIfNeeded: mem[frame]))
    let r = mem + (frame &+ Frame.header)
    let own = Int(mem[frame &+ Frame.kind] >> 32)
    var turns = 0
    var lookUpAt = tables.askInterval

    @inline(__always) func number(_ i: UInt16) -> Double {
      Double(bitPattern: UInt64(bitPattern: r[Int(i)]))
    }
    @inline(__always) func bits(_ value: Double) -> Int64 { Int64(bitPattern: value.bitPattern) }
    /// Remembers where to go on.
    @inline(__always) func block(at next: Int) {
      mem[frame] = (mem[frame] & ~0xFFFF_FFFF) &+ Int64(next) &+ (1 << 32)
    }
    @inline(__always) func token() -> UInt32 { UInt32(truncatingIfNeeded: mem[frame] >> 32) }

    while true {
      let i = Fetched(code + pc)
      pc &+= 1
      let a = Int(i.a)
      switch i.op {
      case .step:
        p.pointee.currentStep = Int32(truncatingIfNeeded: i.imm)
        if stepping {
          if stepEnds(at: Int(i.imm), pc: pc &- 1) {
            block(at: pc &- 1)
            return 0
          }
        } else if p.pointee.isDirty {
          p.pointee.isWithinEvent = true
          settle()
          p.pointee.isWithinEvent = false
        }
      case .label:
        if !stepping, p.pointee.watchedLabels >> UInt64(i.imm & 63) & 1 != 0 { meet(label: i.imm) }
        if !stepping, mem[offset(own) &+ Active.frames] & Active.armed != 0, holds(frame, own, label: i.imm) {
          block(at: pc &- 1)
          passed(own)
          deferResume(frame, own)
          return 0
        }
      case .turnstile:
        if !stepping, !passes(own, step: Int(i.imm)) {
          mem[frame &+ Frame.kind] |= Frame.held
          block(at: pc &- 1)
          return 0
        }
      case .passed: if !stepping { passed(own) }
      case .follow:
        if !stepping { home(Int(tables.orders[Int(i.imm & 0xFFFF_FFFF)])).follow(i.imm) }
      case .jump: pc = Int(i.imm)
      case .jumpIf: if r[a] != 0 { pc = Int(i.imm) }
      case .jumpUnless: if r[a] == 0 { pc = Int(i.imm) }
      case .end:
        if stepping {
          if restsBeforeEnd(Int(mem[frame &+ Frame.kind] & Frame.bodyMask)) {
            block(at: pc &- 1)
            return ends(.rests)
          }
          return stepFinishes(ok: true, count: Int(i.x), from: frame &+ Frame.header &+ a)
        }
        let next = finish(frame, .ok, words: Int(i.x), from: frame &+ Frame.header &+ a)
        return p.pointee.trouble != 0 ? 0 : next
      case .fail:
        if stepping {
          if restsBeforeEnd(Int(mem[frame &+ Frame.kind] & Frame.bodyMask)) {
            block(at: pc &- 1)
            return ends(.rests)
          }
          return stepFinishes(ok: false, count: 0, from: 0)
        }
        let next = finish(frame, .failed, words: 0, from: 0)
        return p.pointee.trouble != 0 ? 0 : next
      case .logFailure:
        if !stepping { note(.failedCall, own, r + a, 1) }
      case .turn:
        turns &+= 1
        if stepping {
          if turnEnds(turns) {
            block(at: pc)
            return 0
          }
          continue
        }
        if turns > lookUpAt {
          lookUpAt = turns &+ tables.askInterval
          if turns > turnLimit { trouble(.zeroTime, frame: frame) } else { lookUp() }
        }
        if p.pointee.trouble != 0 {
          block(at: pc)
          return 0
        }

      case .const: r[a] = i.imm
      case .move: r[a] = r[Int(i.b)]
      case .index: r[a] = Int64(own &- Int(node(own).pointee.first))
      case .own: r[a] = Int64(own)
      case .now: r[a] = now
      case .element:
        let k = r[Int(i.b)]
        if k < 0 || k >= i.imm >> 32 {
          return stopped(.index, frame, detail: k)
        }
        r[a] = (i.imm & 0xFFFF_FFFF) &+ k
      case .load:
        let e = Int(r[Int(i.b)])
        if stepping { touched(e) }
        r[a] = home(e).mem[offset(e) &+ Int(i.imm)]
      case .store:
        let e = Int(r[Int(i.b)])
        if stepping { touched(e) }
        let there = home(e)
        let info = node(e)
        if info.pointee.measured != 0, !stepping { there.accrue(e, info, now) }
        there.mem[offset(e) &+ Int(i.imm)] = r[a]
        there.touch(info)
      case .loadAt:
        r[a] = (p.pointee.islands + Int(i.imm >> 40)).pointee.mem[Int(i.imm & 0xFF_FFFF_FFFF)]
      case .addCount:
        let (v, o) = r[Int(i.b)].addingReportingOverflow(r[Int(i.c)])
        if o { return stopped(.overflow, frame) }
        r[a] = v
      case .subtractCount:
        let (v, o) = r[Int(i.b)].subtractingReportingOverflow(r[Int(i.c)])
        if o { return stopped(.overflow, frame) }
        r[a] = v
      case .multiplyCount:
        let (v, o) = r[Int(i.b)].multipliedReportingOverflow(by: r[Int(i.c)])
        if o { return stopped(.overflow, frame) }
        r[a] = v
      case .divideCount:
        let d = r[Int(i.c)]
        if d == 0 { return stopped(.divisionByZero, frame) }
        let n = r[Int(i.b)]
        let (q, o) = n.dividedReportingOverflow(by: d)
        if o { return stopped(.overflow, frame) }
        r[a] = n % d != 0 && (n < 0) != (d < 0) ? q - 1 : q
      case .moduloCount:
        let d = r[Int(i.c)]
        if d == 0 { return stopped(.divisionByZero, frame) }
        if d == -1 {
          r[a] = 0
        } else {
          let m = r[Int(i.b)] % d
          r[a] = m != 0 && (m < 0) != (d < 0) ? m + d : m
        }
      case .negateCount:
        let (v, o) = Int64(0).subtractingReportingOverflow(r[Int(i.b)])
        if o { return stopped(.overflow, frame) }
        r[a] = v
      case .addConst: r[a] = r[Int(i.b)] &+ i.imm
      case .addNumber:
        let v = number(i.b) + number(i.c)
        if !v.isFinite { return stopped(.notANumber, frame) }
        r[a] = bits(v)
      case .subtractNumber:
        let v = number(i.b) - number(i.c)
        if !v.isFinite { return stopped(.notANumber, frame) }
        r[a] = bits(v)
      case .multiplyNumber:
        let v = number(i.b) * number(i.c)
        if !v.isFinite { return stopped(.notANumber, frame) }
        r[a] = bits(v)
      case .divideNumber:
        let d = number(i.c)
        if d == 0 { return stopped(.divisionByZero, frame) }
        let v = number(i.b) / d
        if !v.isFinite { return stopped(.notANumber, frame) }
        r[a] = bits(v)
      case .negateNumber: r[a] = bits(-number(i.b))
      case .equal: r[a] = r[Int(i.b)] == r[Int(i.c)] ? 1 : 0
      case .notEqual: r[a] = r[Int(i.b)] != r[Int(i.c)] ? 1 : 0
      case .less: r[a] = r[Int(i.b)] < r[Int(i.c)] ? 1 : 0
      case .lessOrEqual: r[a] = r[Int(i.b)] <= r[Int(i.c)] ? 1 : 0
      case .equalNumber: r[a] = number(i.b) == number(i.c) ? 1 : 0
      case .notEqualNumber: r[a] = number(i.b) != number(i.c) ? 1 : 0
      case .lessNumber: r[a] = number(i.b) < number(i.c) ? 1 : 0
      case .lessOrEqualNumber: r[a] = number(i.b) <= number(i.c) ? 1 : 0
      case .not: r[a] = r[Int(i.b)] ^ 1
      case .countToNumber: r[a] = bits(Double(r[Int(i.b)]))
      case .numberToCount:
        guard let v = Int64(exactly: number(i.b).rounded()) else { return stopped(.notANumber, frame) }
        r[a] = v
      case .durationToSeconds: r[a] = bits(Double(r[Int(i.b)]) / 1e9)
      case .secondsToDuration:
        guard let v = Int64(exactly: (number(i.b) * 1e9).rounded()) else { return stopped(.notANumber, frame) }
        r[a] = v
      case .numberFunction:
        let v = numberFunction(i.x, number(i.b), number(i.c))
        if !v.isFinite { return stopped(.notANumber, frame) }
        r[a] = bits(v)
      case .minCount: r[a] = min(r[Int(i.b)], r[Int(i.c)])
      case .maxCount: r[a] = max(r[Int(i.b)], r[Int(i.c)])
      case .host:
        if !callHost(Int(i.imm), r + Int(i.c), r + a) {
          return p.pointee.trouble != 0 ? 0 : stopped(.host, frame, detail: r[a])
        }
      case .absCount:
        if r[Int(i.b)] == .min { return stopped(.overflow, frame) }
        r[a] = abs(r[Int(i.b)])
      case .within:
        let value = i.x & 1 != 0 ? number(i.a) : Double(r[a])
        if !tables.ranges[Int(i.imm)].contains(value) {
          return stopped(RangeTrouble(rawValue: i.x >> 1).unsafelyUnwrapped.trouble, frame, detail: i.imm)
        }

      case .chance:
        let probability = number(i.b)
        if stepping {
          r[a] = probability == 0 ? 0 : probability == 1 ? 1 : chooseTruth { .chance($0) }
        } else {
          r[a] = drawing(i.place, frame, slot: i.slot).uniform < probability ? 1 : 0
        }
      case .anyOf:
        if r[Int(i.b)] > r[Int(i.c)] { return stopped(.emptyList, frame) }
        if stepping {
          r[a] = chooseAny(r, code[pc &- 1])
        } else {
          r[a] = drawing(i.place, frame, slot: i.slot).uniform(r[Int(i.b)], r[Int(i.c)])
        }
      case .draw:
        // Time is forgotten when stepping: a draw stands for its first argument.
        if stepping {
          r[a] = r[Int(i.b)]
        } else if let trouble = draw(
          i.x, drawing(i.place, frame, slot: i.slot), r[Int(i.b)], r[Int(i.c)], into: r + a)
        {
          return stopped(trouble, frame)
        }
      case .drawFixed:
        let arguments = tables.places[i.place].arguments
        if stepping {
          r[a] = arguments.0
        } else if let trouble = draw(
          i.x, drawing(i.place, frame, slot: i.slot), arguments.0, arguments.1, into: r + a)
        {
          return stopped(trouble, frame)
        }

      case .listNew: listClear(&r[a])
      case .listAppend:
        if !listAppend(&r[a], r[Int(i.b)]) { return stopped(.hugeList, frame) }
      case .listLength: r[a] = listLength(r[Int(i.b)])
      case .listGet:
        let k = r[Int(i.c)]
        if k < 0 || k >= listLength(r[Int(i.b)]) {
          if listLength(r[Int(i.b)]) == 0 { return stopped(.emptyList, frame) }
          return stopped(.index, frame, detail: k)
        }
        r[a] = mem[Int(r[Int(i.b)]) &+ 2 &+ Int(k)]
      case .listRange:
        listClear(&r[a])
        var k = r[Int(i.b)]
        while k <= r[Int(i.c)] {
          if !listAppend(&r[a], k) { return stopped(.hugeList, frame) }
          if k == .max { break }
          k += 1
        }
        // A long list counts as the turns of a loop that it is.
        turns &+= Int(listLength(r[a]) >> 8)
      case .listContains:
        turns &+= Int(listLength(r[Int(i.b)]) >> 8)
        r[a] = listContains(r[Int(i.b)], r[Int(i.c)]) ? 1 : 0

      case .read:
        if stepping { touched(Int(r[Int(i.b)])) }
        r[a] = read(unsafeBitCast(i.x, to: MemberCode.self), Int(r[Int(i.b)]))
      case .readAll:
        if stepping { touchedAll(Int(i.imm)) }
        r[a] = readAll(unsafeBitCast(i.x, to: MemberCode.self), Int(i.imm))
      case .assign:
        let e = Int(r[Int(i.b)])
        if stepping {
          touched(e)
          // Of what only time or those who take no part depend on nothing is kept.
          if !unsafeBitCast(i.x, to: MemberCode.self).isAdmission { continue }
        }
        home(e).assign(unsafeBitCast(i.x, to: MemberCode.self), e, r[a], by: self, frame: frame)
        if p.pointee.trouble != 0 { return stopped(.none, frame) }
      case .operate:
        let e = Int(r[Int(i.b)])
        if stepping { touched(e, by: unsafeBitCast(i.x, to: MemberCode.self)) }
        operate(
          unsafeBitCast(i.x, to: MemberCode.self), e, r + a, r + Int(i.c), count: Int(i.imm), frame: frame)
      case .measure:
        let sample = shared.pointee.measures + Int(i.imm)
        r[a] = sample.pointee.word
        if i.x != 0 { r[a &+ 1] = sample.pointee.isThere ? 1 : 0 }
      case .window:
        let sample = shared.pointee.windows + windowPlace(i, r)
        r[a] = sample.pointee.word
        r[a &+ 1] = sample.pointee.isThere ? 1 : 0
      case .stuck: r[a] = saysStuck() ? 1 : 0

      case .wait:
        let d = r[a]
        if d < 0 { return stopped(.negativeTime, frame, detail: i.imm) }
        if stepping {
          // A retry without a pause is new work, and takes no time.
          if i.x == 0 { stepWaits() }
          continue
        }
        if i.x != 0, retriesAtOnce(own) { continue }
        block(at: pc)
        schedule(later(d), .resume, frame, token())
        return 0
      case .work:
        let d = r[a]
        if d < 0 { return stopped(.negativeTime, frame, detail: i.imm) }
        if stepping {
          stepWaits()
          continue
        }
        block(at: pc)
        work(frame, own, d, token())
        return 0
      case .take:
        if stepping { touched(Int(r[Int(i.b)])) }
        block(at: pc)
        if take(frame, Int(r[Int(i.b)]), into: r + a, width: Int(i.x)) {
          continue
        }
        if stepping {
          unpark(frame)
          if i.c == 0xFFFF { return ends(.blocked) }
          r[a] = CallStatus.timedOut.rawValue
          continue
        }
        if i.c != 0xFFFF {
          schedule(r[Int(i.c)], .timeout, frame, token())
        }
        return 0
      case .waited: mem[frame &+ Frame.kind] &= ~Frame.looking
      case .later:
        let d = r[Int(i.c)]
        if d < 0 { return stopped(.negativeTime, frame) }
        r[a] = later(d)
      case .park:
        if stepping {
          // Where it cannot go on, it may time out at any moment.
          if i.c == 0xFFFF { return ends(.blocked) }
          r[a] = CallStatus.timedOut.rawValue
          continue
        }
        block(at: pc)
        park(frame)
        if i.imm > 0 {
          // A condition that changes with time is looked at again at each tick.
          let (next, isBeyond) = (now / i.imm &+ 1).multipliedReportingOverflow(by: i.imm)
          if !isBeyond { schedule(next, .look, frame, token()) }
        }
        if i.c != 0xFFFF {
          schedule(r[Int(i.c)], .timeout, frame, token())
        }
        return 0
      case .pick:
        let n = Int(i.imm & 0xFFFF_FFFF)
        r[a] = stepping ? stepPick(n) : pick(n, place: Int(i.imm >> 32), frame, slot: Int(i.c))
      case .route:
        // Health is not followed when stepping: any element may be in routing.
        r[a] = stepping ? stepRoute(Int(r[Int(i.b)])) : route(Int(r[Int(i.b)]))
      case .resolve:
        if stepping {
          r[a] = stepResolve(Int(r[Int(i.b)]), service: Int(i.imm & 0xFFFF_FFFF))
          continue
        }
        r[a] = resolve(
          Int(r[Int(i.b)]), service: Int(i.imm & 0xFFFF_FFFF), own, frame, caches: Int(i.x), place: Int(i.imm >> 32),
          slot: Int(i.c))
      case .call:
        if stepping {
          if r[Int(i.b)] < 0 {
            r[a] = (r[Int(i.b)] == -2 ? CallStatus.noAddress : .noTarget).rawValue
            continue
          }
          block(at: pc)
          return stepCalls(
            Int(r[Int(i.b)]), handler: Int(i.imm & 0xFFFF), words: Int(i.x), from: frame &+ Frame.header &+ Int(i.c))
        }
        block(at: pc)
        var deadline = Int64.max
        let timeout = Int(i.imm >> 16 & 0xFFFF)
        if timeout != 0xFFFF {
          if r[timeout] < 0 { return stopped(.negativeTime, frame) }
          deadline = later(r[timeout])
          schedule(deadline, .timeout, frame, token())
        }
        if kind(own) == .lease { mem[frame &+ Frame.mark] = now }
        let next = request(
          from: own, frame: frame, token: token(), owner: ownerOfCall(frame, i), to: Int(r[Int(i.b)]),
          handler: Int(i.imm & 0xFFFF), words: Int(i.x), args: frame &+ Frame.header &+ Int(i.c), deadline: deadline, mayGoOn: true)
        return p.pointee.trouble != 0 ? 0 : next
      case .send:
        if stepping {
          if r[Int(i.b)] < 0 { continue }
          stepSends(
            Int(r[Int(i.b)]), handler: Int(i.imm & 0xFFFF), words: Int(i.x), from: frame &+ Frame.header &+ Int(i.c),
            own: own)
          continue
        }
        _ = request(
          from: own, frame: 0, token: 0, owner: ownerOfCall(frame, i), to: Int(r[Int(i.b)]),
          handler: Int(i.imm & 0xFFFF), words: Int(i.x), args: frame &+ Frame.header &+ Int(i.c), deadline: .max, mayGoOn: false)
      case .backoff:
        if stepping {
          r[a] = 0
          continue
        }
        guard let v = backoff(r, i, frame) else { return stopped(.negativeTime, frame) }
        r[a] = v
      case .budgetTake:
        r[a] = stepping ? chooseTruth { .retry($0) } : (budgetTake(own, Int(i.imm), burst: number(i.b)) ? 1 : 0)
      case .budgetEarn: if !stepping { budgetEarn(own, Int(i.imm), number(i.a), burst: number(i.b)) }
      case .countRetry: if !stepping { countRetry(own) }
      case .log: if !stepping { noteLog(own, Int(i.imm), r + a, Int(i.x)) }

      case .requestStart: beginRequest(frame, own)
      case .requestEnd: endRequest(frame, own, ok: r[a] == 0)
      case .leaveUnless: if userLeaves(frame, own) { pc = Int(i.imm) }
      case .checked: checked(own, target: Int(i.imm), ok: r[a] == 0)

      case .crash, .restart:
        // A search's faults are its budgets.
        if stepping { continue }
        let before = token()
        if i.op == .crash {
          eachElement(r[a], r[Int(i.b)]) { $0.crash($1) }
        } else {
          eachElement(r[a], r[Int(i.b)]) { $0.restart($1) }
        }
        let code: NoteKind = i.op == .crash ? .crash : .restart
        noteFault(own, code, r[a], r[Int(i.b)])
        if token() != before { return 0 }  // it crashed itself
      case .stall:
        if stepping { continue }
        let d = i.c == 0xFFFF ? -1 : r[Int(i.c)]
        if i.c != 0xFFFF, d < 0 { return stopped(.negativeTime, frame) }
        eachElement(r[a], r[Int(i.b)]) { $0.stall($1, label: i.imm, for: d) }
        noteFault(own, .stall, r[a], r[Int(i.b)], d, i.imm)
      case .slow:
        if stepping { continue }
        let factor = number(i.c)
        eachElement(r[a], r[Int(i.b)]) { $0.slow($1, by: factor, for: r[Int(i.c) &+ 1]) }
        noteFault(own, .slow, r[a], r[Int(i.b)], r[Int(i.c)], r[Int(i.c) &+ 1])
      case .drop:
        if stepping { continue }
        let c = Int(i.c)
        addRule(r[a], r[Int(i.b)], r[c], r[c + 1], number(i.c + 2), isCut: i.x == 1)
        noteFault(own, i.x == 1 ? .cut : .drop, r[a], r[Int(i.b)], r[c], r[c + 1], r[c + 2])
      case .heal:
        if stepping { continue }
        let c = Int(i.c)
        heal(Int(i.x), r[a], r[Int(i.b)], r[c], r[c + 1])
        noteFault(own, .heal, i.x == 0 ? -1 : r[a], r[Int(i.b)], i.x == 2 ? r[c] : -1, r[c + 1])
      }
    }
  }

  /// now + duration, held below the end of time.
  @inline(__always)
  func later(_ duration: Int64) -> Int64 { now.later(by: duration) }

  @inline(never)
  private func stopped(_ kind: Trouble, _ frame: Int, detail: Int64 = 0) -> Int {
    if kind != .none { trouble(kind, frame: frame, detail: detail) }
    return 0
  }

  @inline(__always)
  private func eachElement(_ from: Int64, _ to: Int64, _ body: (Island, Int) -> Void) {
    var e = from
    while e <= to {
      if e & 0x3FF == 0 {
        askWhetherToStop()
        if p.pointee.trouble != 0 { return }
      }
      body(home(Int(e)), Int(e))
      e += 1
    }
  }

  /// Runs an expression body for element `own` and gives its value.
  /// `owner`: for whom it draws, where it may.
  func evaluate(_ body: Int, own: Int, owner: Int64 = 0) -> Int64 {
    evaluated(body, own: own, owner: owner) { mem[$0] }
  }

  /// Runs an expression body that says in register 1 whether there is a value.
  func evaluate(maybe body: Int) -> Sample {
    evaluated(body, own: 0) { Sample(mem[$0], isThere: mem[$0 &+ 1] != 0) }
  }

  /// Runs an expression body whose register 0 owns a list.
  func evaluateList(_ body: Int) -> [Int64] {
    evaluated(body, own: 0) { register in
      let list = mem[register]
      return (0..<Int(listLength(list))).map { mem[Int(list) + 2 + $0] }
    }
  }

  @inline(__always)
  private func evaluated<T>(_ body: Int, own: Int, owner: Int64 = 0, _ value: (Int) -> T) -> T {
    let info = tables.bodies[body]
    let frame = allocateFrame(Int(info.frameWords))
    let kept = mem[frame]
    mem[frame] = (kept & ~0xFFFF_FFFF) | Int64(info.start)
    mem[frame &+ Frame.kind] = Int64(body) | Int64(own) << 32
    mem[frame &+ Frame.owner] = owner
    clearCounts(frame, tables.bodies + body)
    clearLists(frame, info)
    let (step, running) = (p.pointee.currentStep, p.pointee.currentFrame)
    runExpression(frame)
    let result = value(frame &+ Frame.header)
    (p.pointee.currentStep, p.pointee.currentFrame) = (step, running)
    freeLists(frame, info)
    mem[frame] = kept
    freeFrame(frame, words: Int(info.frameWords))
    return result
  }

  /// `finish` ignores expression bodies: the caller owns their frame.
  @inline(never)
  private func runExpression(_ frame: Int) { go(frame) }

  // MARK: Life of a frame

  /// A frame of `body` for element `own`, its lists empty, not yet run. Whoever runs it says who owns what it draws.
  @inline(__always)
  func makeFrame(_ body: Int, own: Int) -> Int {
    let info = tables.bodies + body
    let frame = allocateFrame(Int(info.pointee.frameWords))
    mem[frame] = (mem[frame] & ~0xFFFF_FFFF) &+ (1 << 32) &+ Int64(info.pointee.start)
    mem[frame &+ Frame.kind] = Int64(body) | Int64(own) << 32
    mem[frame &+ Frame.caller] = 0
    mem[frame &+ Frame.start] = now
    mem[frame &+ Frame.deadline] = .max
    if info.pointee.countsCount != 0 { clearCounts(frame, info) }
    if info.pointee.listsCount != 0 { clearLists(frame, info.pointee) }
    return frame
  }

  /// Puts a frame into its element's list.
  @inline(__always)
  func link(_ frame: Int, at e: Int) {
    let head = mem[e &+ Active.frames] & 0xFFFF_FFFF
    mem[frame &+ Frame.links] = head
    if head != 0 {
      mem[Int(head) &+ Frame.links] = (mem[Int(head) &+ Frame.links] & 0xFFFF_FFFF) | Int64(frame) << 32
    }
    mem[e &+ Active.frames] = (mem[e &+ Active.frames] & ~0xFFFF_FFFF) | Int64(frame)
  }

  @inline(__always)
  func unlink(_ frame: Int, at e: Int) {
    let links = mem[frame &+ Frame.links]
    let next = links & 0xFFFF_FFFF
    let previous = Int(UInt64(bitPattern: links) >> 32)
    if next != 0 {
      mem[Int(next) &+ Frame.links] = (mem[Int(next) &+ Frame.links] & 0xFFFF_FFFF) | Int64(previous) << 32
    }
    if previous != 0 {
      mem[previous &+ Frame.links] = (mem[previous &+ Frame.links] & ~0xFFFF_FFFF) | next
    } else {
      mem[e &+ Active.frames] = (mem[e &+ Active.frames] & ~0xFFFF_FFFF) | next
    }
  }

  /// Frees a frame; whatever was scheduled for it becomes stale.
  @inline(__always)
  func release(_ frame: Int) {
    let info = tables.bodies + Int(mem[frame &+ Frame.kind] & Frame.bodyMask)
    if info.pointee.listsCount != 0 { freeLists(frame, info.pointee) }
    mem[frame] &+= 1 << 32
    p.pointee.currentFrame = 0
    freeFrame(frame, words: Int(info.pointee.frameWords))
  }

  func clearLists(_ frame: Int, _ info: BodyInfo) {
    for k in 0..<Int(info.listsCount) {
      mem[frame &+ Frame.header &+ Int(tables.listRegisters[Int(info.listsFrom) &+ k])] = 0
    }
  }

  func freeLists(_ frame: Int, _ info: BodyInfo) {
    for k in 0..<Int(info.listsCount) {
      listFree(mem[frame &+ Frame.header &+ Int(tables.listRegisters[Int(info.listsFrom) &+ k])])
    }
  }

  /// The end of a body, well or not. Gives the frame to go on with at once, or 0.
  @inline(always)
  func finish(_ frame: Int, _ status: CallStatus, words: Int, from: Int) -> Int {
    let kind = mem[frame &+ Frame.kind]
    let body = tables.bodies + Int(kind & Frame.bodyMask)
    let own = Int(kind >> 32)
    switch body.pointee.kind {
    case .expression: return 0
    case .handler: return finishRequest(frame, own, status, words: words, from: from)
    case .load:
      if body.pointee.isClosed { leave(frame, own) } else { finishArrival(frame, own, ok: status == .ok) }
    case .lease: finishRenewal(frame, own, ok: status == .ok)
    case .lapse: release(frame)
    case .process, .timeline:
      let e = offset(own)
      mem[e &+ Active.finished] += 1
      unlink(frame, at: e)
      release(frame)
      p.pointee.frames -= 1
      touch(node(own))
    }
    return 0
  }
}
