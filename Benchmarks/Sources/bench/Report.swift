import Foundation

/// What `outage run --format json` says, as far as the benchmarks read it.
struct Report: Decodable {
  struct Measure: Decodable {
    let name: String
    let last: Double
  }
  struct Requests: Decodable {
    let name: String
    let completed: Double
    let mean_ns: Double
  }
  let measures: [Measure]
  let requests: [Requests]

  /// The last sample of a measure.
  func last(_ name: String) -> Double { measures.first { $0.name == name }?.last ?? .nan }
  func completed(_ name: String) -> Double { requests.first { $0.name == name }?.completed ?? .nan }
  /// Mean response time, s.
  func mean(_ name: String) -> Double { (requests.first { $0.name == name }?.mean_ns ?? .nan) / 1e9 }
}

/// A line of a peer: one JSON object a variant.
struct PeerLine: Decodable {
  let variant: String?
  let events: Double
  let wall_s: Double
  let recovered: Bool?
  let attempts: Double?
  let renewed: Double?
  let wasted: Double?
  let mean_calls: Double?
  let mean_time_ms: Double?

  static func lines(_ output: Data) -> [PeerLine] {
    output.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(PeerLine.self, from: $0) }
  }
}
