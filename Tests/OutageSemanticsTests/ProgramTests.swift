import OutageSemantics
import OutageSyntax
import Testing

/// What the checked program says, beyond that there is one.
@Suite struct ProgramTests {
  private func plot(_ expression: String, in script: String = "") throws -> CheckedExpression {
    let checked = Workbench.check("\(script)\nplot \(expression)\n")
    let program = try #require(checked.result.program, "\(checked.all.map(\.message))")
    return try #require(program.plots.last).value
  }

  @Test(arguments: [
    ("5m * 2", Type.duration), ("2 * 5m", .duration), ("5m * 1.5", .duration), ("5m / 2", .duration),
    ("5m / 1m", .number), ("7 / 2", .number), ("7 div 2", .count), ("10m mod 3m", .duration),
    ("10m div 3m", .count), ("50/s * 30s", .number), ("100 / 10s", .rate), ("1 / (50/s)", .duration),
    ("02:00 - 01:00", .duration), ("01:00 + 5m", .time), ("5% * 3", .number), ("-3", .count),
    ("1 + 0.5", .number), ("now > 01:30", .truth), ("min(1, 2.5)", .number), ("round(2.5)", .count),
    ("3 in 1..5", .truth), ("sum(i for i in 1..3)", .count), ("mean(i for i in 1..3)", .number),
  ])
  func unitsComeOutAs(_ expression: String, _ type: Type) throws {
    #expect(try plot(expression, in: "clock 00:00 for 24h").type == type)
  }

  @Test func clockTimesAreTheNextAfterTheStart() throws {
    let script = "clock 23:40 for 30m"
    for (text, minutes) in [("23:40", 0), ("23:48", 8), ("00:05", 25), ("23:39", 1439)] {
      guard case .integer(let value) = try plot(text, in: script).kind else {
        Issue.record("\(text) is not an instant")
        continue
      }
      #expect(value == Int64(minutes) * 60_000_000_000)
    }
  }

  @Test func aWordIsACaseWhereTheOtherSideIsAChoice() throws {
    let script = "param fix: none | cas = none\nparam b: off | on = on\nvar cas = 0"
    guard case .compare(.equal, let left, let right) = try plot("fix == cas", in: script).kind else {
      Issue.record("no comparison")
      return
    }
    #expect(left.type == right.type)
    #expect("\(right.kind)" == "integer(1)")
    guard case .compare(_, let word, _) = try plot("off == b", in: script).kind else { return }
    #expect("\(word.kind)" == "integer(0)")
    #expect(try plot("off", in: script).type == .truth)
    #expect(try plot("cas", in: script).type == .count)
  }

  @Test func elementsOfAnArrayBecomeAComprehension() throws {
    let value = try plot("max(a[*].length)", in: "queue a[3] { capacity 2 }")
    guard case .comprehension(.max, let body, let local, let source, nil) = value.kind,
      case .member(.length, let reference, _) = body.kind, case .element(let index) = reference.selector,
      case .local(local) = index.kind, case .range = source.kind
    else {
      Issue.record("\(value)")
      return
    }
    let sum = try plot("a.length", in: "queue a[3] { capacity 2 }")
    guard case .member(.length, let whole, _) = sum.kind, case .all = whole.selector else {
      Issue.record("\(sum)")
      return
    }
    #expect(sum.type == .count)
    #expect(try plot("a.finished", in: "process a[3] { wait 1s }").type == .count)
    #expect(try plot("a.finished", in: "process a { wait 1s }").type == .truth)
  }

  @Test func queuesAndHandlersTakeTheirTypesFromUse() throws {
    let program = try #require(
      Workbench.program(
        """
        service s { on add(a, b) { return a + b } on unused(x) { wait x } on silent { wait 1s } }
        queue q { capacity 3 }
        process p {
          let sum = call s.add(1, 2.5)
          q.put({ at: now, sum: sum })
          let item = q.take
          wait item.sum * 1s
        }
        """))
    guard case .service(let service) = program.nodes[0].kind, case .queue(let item, _) = program.nodes[1].kind
    else {
      Issue.record("\(program.nodes)")
      return
    }
    #expect(service.handlers.map(\.result) == [.number, .nothing, .nothing])
    #expect(service.handlers[0].body.locals.map(\.type) == [.count, .number])
    #expect(service.handlers[1].body.locals.map(\.type) == [.duration])
    let fields = [Type.RecordField(name: "at", type: .time), .init(name: "sum", type: .number)]
    #expect(item == .record(fields))
    #expect(item.width == 2)
  }

  @Test func whatACallSaysWinsOverItsPolicy() throws {
    let program = try #require(
      Workbench.program(
        """
        policy p { timeout 30s retry 3 backoff 1s to 5m jitter full }
        service s { work 1ms }
        process q { call s with p timeout 2s }
        """))
    guard case .process(let body) = program.nodes[1].kind,
      case .call(nil, let call, nil) = body.statements[0].kind
    else {
      Issue.record("\(program.nodes)")
      return
    }
    #expect(call.timeout.map { "\($0.kind)" } == "integer(2000000000)")
    #expect(call.backoffLimit.map { "\($0.kind)" } == "integer(300000000000)")
    #expect(call.jitter == .full)
    #expect(call.target.handler == 0)
    guard case .times = call.retry else {
      Issue.record("\(call.retry)")
      return
    }
  }

  @Test func variablesBelongToTheirElement() throws {
    let program = try #require(
      Workbench.program("process p[3] { var x = index; x = x + 1 }\nplot p[1].x, p.x, sum(p[*].x)"))
    guard case .variable(let type, let initial, let owner) = program.nodes[1].kind else {
      Issue.record("\(program.nodes)")
      return
    }
    #expect(type == .count)
    #expect("\(initial.kind)" == "index")
    #expect(owner == 0)
    guard case .process(let body) = program.nodes[0].kind,
      case .assign(.value, let reference, _) = body.statements[0].kind, case .own = reference.selector
    else {
      Issue.record("\(program.nodes)")
      return
    }
    #expect(reference.node == 1)
    #expect(program.plots.map(\.title) == ["p[1].x", "p.x", "sum(p[*].x)"])
  }

  @Test func aServiceWithoutHandlersAnswersAtOnce() throws {
    let program = try #require(Workbench.program("service s { servers 2 }\nprocess p { call s }"))
    guard case .service(let service) = program.nodes[0].kind else { return }
    #expect(service.handlers.map(\.name) == [""])
    #expect(service.handlers[0].body.statements.isEmpty)
  }

  @Test func importsComeOnceAndWithoutTheirClock() throws {
    let program = try #require(
      Workbench.program("scenario \"main\"\nimport \"library.outage\"\nimport \"library.outage\""))
    #expect(program.scenario == "main")
    #expect(program.nodes.map(\.name) == ["library"])
    #expect(!program.clock.isWritten)
  }

  @Test func anImportedFileReportsItsOwnErrors() {
    let checked = Workbench.check("import \"broken.outage\"")
    #expect(checked.result.diagnostics.map(\.code) == ["E0401"])
    #expect(checked.result.diagnostics.first?.primary.span.file == 1)
    #expect(checked.files.map(\.name) == ["example.outage", "broken.outage"])
  }

  @Test func theCaretStandsUnderTheBareNumber() throws {
    for (text, word) in [("let a = 5m + 3", "3"), ("let a = 3 + 5m", "3"), ("let a = 50/s - 7", "7")] {
      let diagnostic = try #require(Workbench.check(text).all.first)
      let span = diagnostic.primary.span
      let bytes = Array(text.utf8)[Int(span.start)..<Int(span.end)]
      #expect(String(decoding: bytes, as: UTF8.self) == word)
      #expect(diagnostic.help?.hasPrefix("write a unit: \(word)") == true)
    }
  }

  @Test func theNearestNameIsOffered() {
    let checked = Workbench.check("param leases = 3\nlet x = leasse\nplans regional\nplot regional.latets")
    #expect(checked.all.compactMap(\.help) == ["did you mean 'leases'?", "did you mean 'latest'?"])
  }
}
