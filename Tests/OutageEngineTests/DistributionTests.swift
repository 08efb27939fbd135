import Foundation
import OutageEngine
import OutageKit
import Testing

/// How often draws lie below some values, against the distribution functions: within five standard errors of a million
/// draws, in the middle, in the tails, and where one way of drawing gives way to another.
@Suite struct DistributionTests {
  private static let count = 1_000_000

  private func check(_ draw: String, _ points: [(value: Double, probability: Double)]) throws {
    let counters = points.indices.map { "var n\($0) = 0" }.joined(separator: "\n")
    let counting = points.indices.map { "if x < \(Int((points[$0].value * 1e9).rounded()))ns { n\($0) = n\($0) + 1 }" }
    let shown = points.indices.map { "measure m\($0) = n\($0)" }.joined(separator: "\n")
    let result = try Bench.run(
      """
      clock 00:00 for 2s tick 1s
      \(counters)
      process p { repeat \(Self.count / 1000) { repeat 1000 { let x = \(draw); \(counting.joined(separator: "; ")) }; wait 1ms } }
      \(shown)
      """)
    for (k, point) in points.enumerated() {
      let found = try #require(result.measures.first { $0.name == "m\(k)" }?.last)
      let n = Double(Self.count)
      let error = (n * point.probability * (1 - point.probability)).squareRoot()
      #expect(abs(found - n * point.probability) < 5 * error, "\(draw) below \(point.value): \(found)")
    }
  }

  @Test func exponential() throws {
    try check(
      "exp(2s)", [0.001, 0.05, 0.4, 1, 2, 4, 7.5, 7.9, 9, 10.5].map { (2 * $0, 1 - exp(-$0)) })
  }

  @Test func normal() throws {
    try check(
      "normal(10s, 2s)",
      [-3.8, -3.6, -2, -1, -0.2, 0, 0.01, 0.5, 1.5, 3, 3.6, 3.8, 4.2].map {
        (10 + 2 * $0, erfc(-$0 / 2.0.squareRoot()) / 2)
      })
  }

  @Test func lognormal() throws {
    let sigma = log(5) / 2.3263478740408408
    try check(
      "lognormal(1s, 5s)",
      [-2, -1, 0, 1, 2.3263478740408408].map { (exp(sigma * $0), erfc(-$0 / 2.0.squareRoot()) / 2) })
  }

  @Test func erlang() throws {
    try check("erlang(2, 2s)", [0.2, 1, 2, 4, 9].map { ($0, 1 - exp(-$0) * (1 + $0)) })
  }
}
