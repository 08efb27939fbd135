// Every place where the language takes a number: the table behind the tests of ranges and of extremes. A new clause, option or
// argument is a row here.

/// What a number stands for.
enum Quantity: String, CaseIterable, Sendable {
  case count, duration, rate, number

  /// Fits almost everywhere.
  var good: String {
    switch self {
    case .count: "1"
    case .duration: "1s"
    case .rate: "2/s"
    case .number: "0.5"
    }
  }

  /// Near the ends, and near where smaller words end.
  var extremes: [String] {
    switch self {
    case .count:
      [
        "0", "-1", "1", "255", "256", "1_000_000", "2_147_483_647", "2_147_483_648", "4_294_967_296",
        "9_007_199_254_740_993", "9_223_372_036_854_775_806", "9_223_372_036_854_775_807", "-9_223_372_036_854_775_807",
      ]
    case .duration:
      [
        "0s", "-1s", "1ns", "1s", "60000d", "106751d", "106751d23h47m16s", "9223372036854775806ns",
        "9223372036854775807ns", "-9223372036854775807ns",
      ]
    case .rate: ["0/s", "-1/s", "1/s", "0.000000000000000001/s", "1000000000/s", "9223372036854775807/s"]
    case .number:
      ["0", "-1", "0.5", "1", "1.000000001", "2", "9_007_199_254_740_993", "0.0000000000000000000001", "-99999999999999999999.0"]
    }
  }
}

/// A script in which `#` stands for the number.
struct Place: Sendable, CustomStringConvertible {
  var quantity: Quantity
  /// Settled before the run; nil: a statement of a process.
  var clause: String?
  var statement = ""

  var description: String { clause ?? statement }

  /// What else statements speak of.
  static let around = """
    clock 00:00 for 20s
    plans regional
    dns record of regional { ttl 5s negative 5s }
    queue jobs { capacity 5 }
    lease lock { lasts 5s }
    lease fleet[3] { lasts 5s; renew every 2s jitter 1s { wait 1s } }
    service api[3] { servers 2; limit 100; queue fifo capacity 5 drop hopeless; on slowly limit 50/s { wait 1s }; on seldom limit 9 { wait 1s }; work 1ms }
    service paced { limit 50/s; latency 1s; work 1ms }
    balancer lb over api { check every 5s; velocity 50% per 5s }
    load open rate 2/s { call lb timeout 1s }
    load closed users 2 think 1s { call api timeout 1s }
    var x = 0
    var d = 0s

    """

  /// The whole script with a text in the place, and what stands before it.
  func script(_ text: String, before: String = "", actor: (String) -> String = { "process p { \($0) }" }) -> String {
    if let clause { return before + clause.replacing("#", with: text) + "\n" }
    return before + Self.around + actor(statement.replacing("#", with: text)) + "\n"
  }
}

extension Place {
  private static func clauses(_ quantity: Quantity, _ texts: [String]) -> [Place] {
    texts.map { Place(quantity: quantity, clause: $0) }
  }
  private static func statements(_ quantity: Quantity, _ texts: [String]) -> [Place] {
    texts.map { Place(quantity: quantity, clause: nil, statement: $0) }
  }

  static let all: [Place] =
    clauses(
      .count,
      [
        "process p[#] { wait 1s }", "var v[#] = 0", "service s[#] { work 1ms }", "lease l[#] { lasts 5s }",
        "queue q { capacity # }\nprocess p { q.put(1); q.put(2) }", "queue q { capacity 5 holds # }",
        "service s { servers #; work 1ms }\nload l rate 2/s { call s }",
        "service s { queue fifo capacity #; work 1s }\nload l rate 9/s { call s }",
        "service s { limit #; work 1ms }\nload l rate 2/s { call s }",
        "service s { queue priority; on a priority # { work 1ms }; on b priority 3 { work 1ms } }\nload l rate 2/s { call s.a }",
        "service s { on a limit # { work 1ms } }\nload l rate 2/s { call s.a }",
        "service s[2] { work 1ms }\nbalancer b over s { down after # }",
        "service s[2] { work 1ms }\nbalancer b over s { up after # }",
        "service s[4] { work 1ms }\nbalancer b over s { zones # }\nat 1s crash s[1]",
        "service s { work 1ms }\nload l rate 2/s count # { call s }",
        "service s { work 1ms }\nload l users # think 1s { call s }",
        "plans r\ndns n of r { ttl 5s }\nservice s at n { work 1ms }\nload l rate 2/s resolvers # { call s }",
        "process p { wait 1s }\nexplore { may crash p at most # }\nnever \"over\" { p.finished }",
        "policy patient { retry # backoff 1s }\nservice s { fail }\nprocess p { call s with patient }",
        "fn twice(n) = n * 2\nservice s { servers twice(#); work 1ms }",
        "service s[3] { work 1ms }\nat 1s crash s[#]", "service s[3] { work 1ms }\nprocess p { call s[#] }",
        "process p[2] { wait 1s }\nat 1s follow p[#]",
      ])
    + clauses(
      .duration,
      [
        "clock 00:00 for #", "clock 00:00 for # tick 1000d\nat 1s log \"x\"", "clock 00:00 for 20s tick #",
        "clock 23:59 for 106751d23h47m16s tick 1000d\nprocess p { loop { wait # } }",
        "plans r\ndns n of r { ttl # }\nservice s at n { work 1ms }\nload l rate 2/s { call s }",
        "plans r\ndns n of r { negative # }\nservice s at n { work 1ms }\nload l rate 2/s { call s }",
        "lease l { lasts # }\nprocess p { let t = l.acquire; wait 1s; l.renew(t) }",
        "lease l[3] { lasts #; renew every 2s { wait 1s } }", "lease l[3] { lasts 5s; renew every # { wait 1s } }",
        "lease l[3] { lasts #; renew every 2s phase 3s { wait 1s } }",
        "lease l[3] { lasts #; renew every # jitter # phase # from answer { wait # } }",
        "lease l[3] { lasts #; renew every # phase even { wait 1s } }",
        "lease l[3] { lasts 5s; renew every 2s jitter # { wait 1s } }",
        "lease l[3] { lasts 5s; renew every 2s phase # { wait 1s } }",
        "service s { latency #; work 1ms }\nload l rate 2/s { call s timeout 1s }",
        "service s[2] { work 1ms }\nbalancer b over s { check every # }",
        "service s[2] { work 1ms }\nbalancer b over s { check every 5s timeout # }\nat 1s crash s[0]",
        "service s[2] { work 1ms }\nbalancer b over s { velocity 50% per # }\nat 1s crash s",
        "service s { work 1ms }\nload l users 2 think # { call s }", "at # log \"x\"", "at now + # log \"x\"",
        "every # log \"x\"", "var x = true\nwhen x for # { log \"x\" }", "process p { wait 1s }\nat 1s stall p for #",
        "var x = 0\nalways \"a\" from # { x == 0 }", "var x = 0\nalways \"a\" until # { x == 0 }",
        "var x = 0\neventually \"a\" within # { x == 1 }", "var x = 0\neventually \"a\" within 5s of # { x == 1 }",
        "var x = 0\neventually \"a\" within # of # { x == 1 }", "var x = 0\nexpect \"a\" at # within 5s { x == 1 }",
        "var x = 0\nexpect \"a\" at 5s within # { x == 1 }", "var x = 0\nexpect \"a\" at # within # { x == 1 }",
        "var x = #\nprocess p { log \"{x}\" }\nplot x\nmeasure m = x", "var x = 0s\nat 1s { x = # }\nplot x + 1ns",
        "service s { work # }\nload l rate 2/s { call s timeout # retry 3 backoff # to # jitter decorrelated }",
        "policy patient { timeout # backoff # to # }\nservice s { fail }\nprocess p { call s with patient retry 3 }",
        "service s { work 1ms }\nload l rate 2/s { call s }\nat 1s slow s by 3 for #",
        "process p { wait # }\nexplore { may stall p at most 1 }\nnever \"over\" { p.finished }",
      ])
    + clauses(
      .rate,
      [
        "service s { work 1ms }\nload l rate # { call s }", "service s { work 1ms }\nload l rate # even { call s }",
        "service s { limit #; work 1ms }\nload l rate 2/s { call s }",
        "service s { on a limit # { work 1ms } }\nload l rate 2/s { call s.a }",
      ])
    + clauses(
      .number, ["service s[2] { work 1ms }\nbalancer b over s { velocity # per 5s }\nat 1s crash s"])
    + statements(
      .count,
      [
        "repeat # { x = x + 1; wait 1s }", "call api retry # backoff 1s", "call api retry 2 budget 10% burst #",
        "let y = any #..5", "let y = any 1..#", "let y = any 1..# if chance(50%)", "wait erlang(#, 1s)", "for i in #..5 { x = i }",
        "for i in 1..# { x = i }", "x = sum(i for i in #..5)", "x = #", "x = # + 1", "x = # - 2", "x = # * 3", "x = # div -1",
        "x = 7 mod #", "x = abs(#)", "x = -#", "x = max(#, 1) - min(#, 1)", "d = # * 1s", "d = 5s * #", "x = round(# * 1.5)",
        "log \"{#}\"", "jobs.put(#)", "regional.delete(#)", "record.apply(#)", "jobs.capacity = #", "api.queue.capacity = #",
        "api.servers = #", "api[1].servers = #", "api.limit = #", "api.seldom.limit = #", "closed.users = #",
        "let y = [1, 2, 3]; x = y.length + #",
      ])
    + statements(
      .duration,
      [
        "wait #", "work #", "let y = jobs.take timeout # else { log \"late\" }",
        "let y = lock.acquire timeout # else { log \"late\" }", "wait until x == 1 timeout # else { log \"late\" }",
        "call api timeout # else { log \"late\" }", "call api retry 3 backoff #", "call api retry 3 backoff # to 5s jitter equal",
        "call api retry 3 backoff 1s to # jitter full", "call api retry 3 backoff # to # jitter decorrelated",
        "wait exp(#)", "wait uniform(#, 5s)", "wait uniform(1s, #)", "wait normal(#, 1s)", "wait normal(1s, #)",
        "wait lognormal(#, 5s)", "wait lognormal(1s, #)", "wait pareto(#, 2)", "wait erlang(3, #)", "wait fixed(#)",
        "wait any #..5s", "wait any 1s..#", "d = #", "d = # + 1ns", "d = # - 2ns", "d = # * 2", "d = # * 1.5", "d = #; log \"{d}\"",
        "d = # / 0.5", "x = # div 1ns", "d = # mod 7s", "d = -#", "d = abs(#)", "x = round(# / 1ns)", "log \"{now + #}\"",
        "stall p for #", "stall api for #", "slow api by 3 for #", "record.ttl = #", "record.negative = #",
        "lock.lasts = #; lock.acquire", "fleet.lasts = #", "fleet.every = #", "paced.latency = #", "api.latency = #",
        "lb.check = #", "closed.think = #",
        "either { wait until x == 1 timeout # else { log \"a\" } } or { wait until x == 2 timeout 1s else { log \"b\" } }",
      ])
    + statements(.rate, ["api.limit = #", "paced.limit = #", "api.slowly.limit = #", "open.rate = #", "wait 10 / #", "x = round(# * 1s)"])
    + statements(
      .number,
      [
        "call api retry 2 budget #", "x = 1 if chance(#)", "wait pareto(1s, #)", "slow api by #", "drop # of api to paced",
        "drop # of p to api", "lb.velocity = #", "x = round(#)", "x = floor(# * #)", "x = ceil(# / 0.000001)", "x = round(sqrt(#))",
        "x = round(ln(#))", "x = round(pow(10, #))", "d = # * 1s", "x = round(exp(#))", "x = round(normal(#, 1))",
        "x = round(uniform(#, 5))",
      ])
}
