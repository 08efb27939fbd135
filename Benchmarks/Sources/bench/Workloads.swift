// The workloads of the comparison. Sizes are chosen so that a run takes about a second; expected values are closed forms,
// or what every simulator of the comparison agrees on.

let mm1 = Workload(
  name: "W1 mm1", script: "mm1", settings: ["customers=10000000"],
  events: { 2 * $0.completed("desk") },
  check: { report, _ in
    let wait = report.mean("desk") - 1
    return isWithin(0.05, wait, 4) ? nil : "mean wait \(wait), expected 4"
  },
  rivals: [
    Rival(program: .heap, arguments: [["mm1", "10000000"]], atLeast: 0.25, aim: 0.5),
    Rival(program: .ns3, arguments: [["mm1", "500000"]], atLeast: 2),
    Rival(program: .simpy, arguments: [["mm1", "100000"]], atLeast: 50),
  ])

let network = Workload(
  name: "W2 mmc_net", script: "mmc-net", settings: ["customers=3000000"],
  events: { $0.completed("first") * 4 },
  check: { report, _ in
    for station in ["first", "second", "third"] {
      let wait = report.mean(station) - 1
      if !isWithin(0.05, wait, 0.7455) { return "mean wait at \(station) \(wait), expected 0.7455" }
    }
    return nil
  },
  rivals: [
    Rival(program: .heap, arguments: [["mmc_net", "3000000"]], atLeast: 0.25, aim: 0.5),
    Rival(program: .ns3, arguments: [["mmc_net", "200000"]], atLeast: 2),
    Rival(program: .simpy, arguments: [["mmc_net", "30000"]], atLeast: 50),
  ])

let storms = ["none", "jitter", "budget", "shed"].map(storm)

private func storm(_ variant: String) -> Workload {
  Workload(
    name: "W3 retry_storm \(variant)", script: "retry-storm", variants: [variant],
    events: { $0.last("attempts") + $0.last("completions") + $0.last("time_outs") },
    check: { report, variant in
      let recovers = report.last("recovered_at") > 0
      let expected = variant == "budget" || variant == "shed"
      return recovers == expected ? nil : recovers ? "recovers" : "does not recover"
    },
    compare: { report, line in
      guard let attempts = line.attempts, isWithin(0.03, report.last("attempts"), attempts) else {
        return "attempts \(report.last("attempts")), \(line.attempts ?? 0) there"
      }
      return line.recovered == (report.last("recovered_at") > 0) ? nil : "another verdict"
    },
    rivals: [
      Rival(program: .heap, arguments: [["retry_storm", "900", variant]], atLeast: 0.125, aim: 1.0 / 3),
      Rival(program: .simpy, arguments: [["retry_storm", "900", variant]], atLeast: 30),
    ])
}

/// Attempts, renewals and wasted work at 100,000 leases.
private let herdCounts = [
  "none": (21_800_005.0, 249_875.0, 1_800_000.0), "throttle": (15_980_001.0, 349_875.0, 50.0),
  "restart": (26_880_001.0, 349_875.0, 3_270_050.0),
]

@Sendable private func herdEvents(_ r: Report) -> Double {
  r.last("attempts") + r.last("processed") + r.last("time_outs")
}

/// Events of one instant have no order that all simulators share: counts may differ by a few.
private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 5 }

@Sendable private func compareHerd(_ report: Report, _ line: PeerLine) -> String? {
  for (name, there) in [("attempts", line.attempts), ("renewed", line.renewed), ("wasted", line.wasted)] {
    guard let there, isClose(report.last(name), there) else {
      return "\(name) \(report.last(name)), \(there ?? -1) there"
    }
  }
  return nil
}

let herds = ["none", "throttle", "restart"].map(herd)

private func herd(_ variant: String) -> Workload {
  var rivals: [Rival] = []
  // The reference has no restart; its rate does not depend on the variant.
  rivals.append(
    Rival(
      program: .heap, arguments: [["lease_herd", "100000", variant == "restart" ? "none" : variant]], atLeast: 1,
      aim: 2))
  if variant == "none" {
    rivals.append(Rival(program: .ns3, arguments: [["lease_herd", "100000", variant]], atLeast: 2))
    rivals.append(Rival(program: .cimba, arguments: [["lease_herd", "100000", variant]], atLeast: 4))
  }
  return Workload(
    name: "W4 lease_herd \(variant)", script: "lease-herd", variants: [variant],
    events: herdEvents,
    check: { report, variant in
      guard let (attempts, renewed, wasted) = herdCounts[variant ?? ""] else { return "no such variant" }
      for (name, expected) in [("attempts", attempts), ("renewed", renewed), ("wasted", wasted)] {
        if !isClose(report.last(name), expected) { return "\(name) \(report.last(name)), expected \(expected)" }
      }
      return nil
    },
    compare: { report, line in line.variant == variant ? compareHerd(report, line) : nil }, rivals: rivals)
}

let largeHerd = Workload(
  name: "W4 at 10,000,000 leases", script: "lease-herd", settings: ["leases=10000000"],
  arguments: ["--until", "20m"],
  events: herdEvents,
  check: { report, _ in report.last("attempts") > 1e8 ? nil : "attempts \(report.last("attempts"))" },
  rivals: [
    Rival(program: .heapStopped, arguments: [["lease_herd", "10000000", "none"]], atLeast: 1, aim: 2)
  ],
  memory: 6 * 1024)

/// Mean calls and mean time (s) till all of 100 clients are done.
private let backoffMeans = [
  "none": (2426.0, 2.034), "expo": (1862.0, 63.6), "equal": (812.0, 6.65), "full": (795.5, 4.91),
  "decorr": (1001.0, 4.56),
]

let backoff = Workload(
  name: "W5 backoff", script: "backoff", settings: ["batches=1000"],
  variants: ["none", "expo", "equal", "full", "decorr"],
  events: { $0.last("calls") * 1000 * 4 },
  check: { report, variant in
    guard let (calls, time) = backoffMeans[variant ?? ""] else { return "no such variant" }
    if !isWithin(0.03, report.last("calls"), calls) { return "mean calls \(report.last("calls")), expected \(calls)" }
    let mean = report.last("time") / 1e9
    return isWithin(0.03, mean, time) ? nil : "mean time \(mean) s, expected \(time) s"
  },
  compare: { report, line in
    guard let calls = line.mean_calls, let time = line.mean_time_ms else { return "no means there" }
    let isSame =
      isWithin(0.03, report.last("calls"), calls) && isWithin(0.03, report.last("time") / 1e6, time)
    return isSame ? nil : "means \(report.last("calls")), \(report.last("time") / 1e6) ms; \(calls), \(time) ms there"
  },
  rivals: [
    Rival(program: .heap, arguments: [["backoff", "100", "1000"]], atLeast: 0, aim: 1.0 / 3),
    Rival(program: .simpy, arguments: [["backoff", "100", "20"]], atLeast: 20),
  ])

let workloads = [mm1, network] + storms + herds + [largeHerd, backoff]
