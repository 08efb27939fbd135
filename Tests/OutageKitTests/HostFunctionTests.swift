import OutageEngine
import OutageKit
import OutageModel
import OutageSyntax
import Testing

/// `extern fn`: functions that the program around a script gives.
@Suite struct HostFunctionTests {
  private func run(_ text: String, _ host: [HostFunction], workers: Int = 1) throws -> RunResult {
    let source = Source(name: "host.outage", text: Array(text.utf8)) { _, _ in .failure(LoadError("none")) }
    #expect(source.diagnostics.map(\.message) == [])
    var options = RunOptions()
    options.host = host
    options.workers = workers
    return try source.run(options)
  }

  @Test func everyKindGoesInAndComesOut() throws {
    let kinds: [(HostKind, String, HostValue, String)] = [
      (.truth, "true", .truth(true), "false"), (.count, "3", .count(4), "3"), (.number, "1.5", .number(2.5), "1.5"),
      (.duration, "5s", .duration(6_000_000_000), "5s"), (.rate, "50/s", .rate(51), "50/s"),
      (.time, "now", .time(61_500_000_000), "now"),
    ]
    for (kind, argument, answer, other) in kinds {
      let function = HostFunction("f", [kind], kind) { values in
        #expect(values[0].kind == kind)
        return answer
      }
      let result = try run(
        "extern fn f(x: \(kind)): \(kind)\nnever \"it answers something else\" { f(\(argument)) == \(other) }",
        [function])
      #expect(result.verdict == .holds, "\(kind)")
    }
  }

  @Test func aCountIsTakenForANumber() throws {
    let result = try run(
      "extern fn half(x: number): number\nalways \"half\" { half(3) == 1.5 }",
      [
        HostFunction("half", [.number], .number) { values in
          guard case .number(let x) = values[0] else { throw HostError("not a number") }
          return .number(x / 2)
        }
      ])
    #expect(result.verdict == .holds)
  }

  @Test func aFunctionThatThrowsEndsTheRunWithItsWords() throws {
    let result = try run(
      "extern fn f(x: count): count\nvar y = 0\nprocess p { wait 3s; y = f(7) }",
      [HostFunction("f", [.count], .count) { _ in throw HostError("seven is too much") }])
    guard case .failed(let failure) = result.end else {
      Issue.record("\(result.end)")
      return
    }
    #expect(failure.code == "E0711")
    #expect(failure.message == "'f' failed: seven is too much")
    #expect(failure.time == 3_000_000_000)
  }

  @Test func aResultOfAnotherKindOrWithoutAValueIsAFailure() throws {
    for answer in [HostValue.number(.nan), .number(.infinity), .count(3)] {
      let result = try run(
        "extern fn f(): number\nnever \"f\" { f() > 3 }", [HostFunction("f", [], .number) { _ in answer }])
      guard case .failed(let failure) = result.end else {
        Issue.record("\(result.end)")
        continue
      }
      #expect(failure.code == "E0711")
    }
  }

  @Test func whatIsNotGivenIsSaid() throws {
    do {
      _ = try run("extern fn f(x: count): count\nnever \"f\" { f(1) > 3 }", [])
      Issue.record("it ran")
    } catch RunProblem.script(let diagnostics) {
      #expect(diagnostics.map(\.code) == ["E0507"])
      #expect(diagnostics[0].primary.span.start == 10)
    }
  }

  @Test func anyNumberOfWorkersCallsItWithTheSameResult() throws {
    let text = """
      extern fn cost(x: number): number
      service s[8] { servers 2; latency 1ms; on q(x) { work exp(cost(x) * 1ms) } }
      load l rate 200/s { call s.q(3) timeout 1s }
      plot l.ok
      """
    let function = HostFunction("cost", [.number], .number) { values in
      guard case .number(let x) = values[0] else { throw HostError("?") }
      return .number(x * x)
    }
    let alone = try run(text, [function]).series[0].values
    #expect(try run(text, [function], workers: 4).series[0].values == alone)
    #expect(alone.last ?? 0 > 1000)
  }
}
