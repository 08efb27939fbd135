// What each instruction reads, writes and shares: for liveness and for the explorer's steps.

extension Instruction {
  /// Where a body may go on after this instruction.
  public func successors(at pc: Int) -> [Int] {
    switch op {
    case .end, .fail: []
    case .jump: [Int(imm)]
    case .jumpIf, .jumpUnless, .leaveUnless: [pc + 1, Int(imm)]
    default: [pc + 1]
    }
  }

  /// Registers read: ranges of (first, count).
  public var uses: [(Int, Int)] {
    let (a, b, c) = (Int(self.a), Int(self.b), Int(self.c))
    let x = Int(self.x)
    switch op {
    case .step, .label, .waited, .turnstile, .passed, .follow, .jump, .fail, .turn, .const, .index, .own, .now, .loadAt,
      .listNew, .readAll, .measure,
      .stuck, .pick, .drawFixed, .countRetry, .requestStart, .leaveUnless:
      return []
    case .window: return x == 0 ? [] : [(b, 1)]
    case .jumpIf, .jumpUnless, .logFailure, .within, .wait, .work, .requestEnd, .checked: return [(a, 1)]
    case .end: return [(a, x)]
    case .move, .element, .load, .addConst, .negateCount, .negateNumber, .not, .countToNumber, .numberToCount,
      .durationToSeconds, .secondsToDuration, .absCount, .chance, .listLength, .read, .route, .resolve, .budgetTake:
      return [(b, 1)]
    case .store, .assign, .budgetEarn, .crash, .restart: return [(a, 1), (b, 1)]
    case .addCount, .subtractCount, .multiplyCount, .divideCount, .moduloCount, .addNumber, .subtractNumber,
      .multiplyNumber, .divideNumber, .equal, .notEqual, .less, .lessOrEqual, .equalNumber, .notEqualNumber,
      .lessNumber, .lessOrEqualNumber, .numberFunction, .minCount, .maxCount, .anyOf, .draw, .listGet, .listRange,
      .listContains:
      return [(b, 1), (c, 1)]
    case .later: return [(b, 1), (c, 1)]
    case .listAppend: return [(a, 1), (b, 1)]
    case .operate: return [(b, 1), (c, Int(imm))]
    case .take: return [(b, 1)] + (c == 0xFFFF ? [] : [(c, 1)])
    case .park: return c == 0xFFFF ? [] : [(c, 1)]
    case .call:
      let timeout = Int(imm >> 16 & 0xFFFF)
      return [(b, 1), (c, x)] + (timeout == 0xFFFF ? [] : [(timeout, 1)])
    case .send: return [(b, 1), (c, x)]
    case .host: return [(c, x)]
    case .backoff: return [(b, 1), (c, 3)]
    case .log: return [(a, x)]
    case .stall: return [(a, 1), (b, 1)] + (c == 0xFFFF ? [] : [(c, 1)])
    case .slow: return [(a, 1), (b, 1), (c, 2)]
    case .drop: return [(a, 1), (b, 1), (c, 3)]
    case .heal: return [(a, 1), (b, 1), (c, 2)]
    }
  }

  /// Registers surely written: (first, count).
  public var defines: [(Int, Int)] {
    let a = Int(self.a)
    switch op {
    case .window: return [(a, 2)]
    case .measure: return [(a, 1 + Int(x))]
    case .const, .index, .own, .now, .loadAt, .stuck, .pick, .drawFixed, .move, .element, .load, .addConst,
      .negateCount, .negateNumber, .not, .countToNumber, .numberToCount, .durationToSeconds, .secondsToDuration,
      .absCount, .chance, .listLength, .read, .readAll, .route, .resolve, .budgetTake, .addCount, .subtractCount,
      .multiplyCount, .divideCount, .moduloCount, .addNumber, .subtractNumber, .multiplyNumber, .divideNumber,
      .equal, .notEqual, .less, .lessOrEqual, .equalNumber, .notEqualNumber, .lessNumber, .lessOrEqualNumber,
      .numberFunction, .minCount, .maxCount, .anyOf, .draw, .listGet, .listRange, .listContains, .listNew, .park, .host,
      .later,
      .backoff:
      return [(a, 1)]
    case .operate:
      switch MemberCode(rawValue: x) {
      case .has, .add, .put, .renew, .versions, .addresses: return [(a, 1)]
      default: return []
      }
    case .take: return [(a, 1 + Int(x))]
    case .call: return [(a, 1 + answerWords)]
    default: return []
    }
  }

  /// It reads or changes what others can see.
  public var isShared: Bool {
    switch op {
    case .load, .store, .loadAt, .read, .readAll, .assign, .operate, .take, .park, .call, .send, .pick, .route,
      .resolve, .measure, .window, .stuck:
      true
    default: false
    }
  }
}
