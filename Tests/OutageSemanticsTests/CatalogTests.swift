import OutageSemantics
import OutageSyntax
import Testing

@Suite struct CatalogTests {
  @Test func everyMemberIsInTheCatalogAndHasALineOfHelp() {
    let listed = Set(MemberCatalog.entries.map(\.member))
    #expect(Set(Member.allCases).subtracting(listed) == [.value])
    for entry in MemberCatalog.entries {
      #expect(!entry.documentation.isEmpty && !entry.documentation.hasSuffix("."), "\(entry.path)")
      #expect(MemberCatalog.entry(of: entry.node, path: entry.path)?.member == entry.member)
    }
  }

  @Test func noMemberIsListedTwice() {
    let rows = MemberCatalog.entries.map { "\($0.node) \($0.path)" }
    #expect(Set(rows).count == rows.count)
  }

  /// A script that assigns each attribute, and reads each measure, of each kind of node passes.
  @Test func everyMemberCanBeUsedAsTheCatalogSays() throws {
    var lines: [String] = []
    for entry in MemberCatalog.entries {
      // A closed load has users, an open one a rate.
      let isOfUsers = entry.node == .load && [.users, .think].contains(entry.member)
      let place = "\(isOfUsers ? "closed" : entry.node.rawValue)_node.\(entry.path)"
      let argument: String =
        switch entry.arguments.first {
        case nil: ""
        case .addresses?: "(\"a\", service_node)"
        case .optionalCount?: "(1)"
        default: "(3)"
        }
      switch entry.use {
      case .measure: lines.append("log \"{\(place)\(argument)}\"")
      case .attribute: lines.append("\(place) = \(Self.value(entry))")
      case .operation: lines.append("\(place)\(argument)")
      case .blocking: lines.append("let l\(lines.count) = \(place)")
      case .windowed: break
      }
      if entry.window != nil { lines.append("log \"{\(place) over 5m}\"") }
    }
    let checked = Workbench.check(
      """
      plans plans_node
      dns dns_node of plans_node { ttl 1m }
      queue queue_node { capacity 3 }
      lease lease_node { lasts 1m }
      service service_node { work 1ms }
      balancer balancer_node over service_node { check every 1s }
      load load_node rate 1/s { call service_node }
      load closed_node users 3 { call service_node }
      process process_node { wait 1s }
      process user {
        \(lines.joined(separator: "\n  "))
      }
      """)
    #expect(checked.all.map { "\($0.code) \($0.message)" } == [])
  }

  private static func value(_ entry: MemberEntry) -> String {
    switch entry.result {
    case .type(.duration): "1m"
    case .type(.rate), .limit: "5/s"
    case .type(.truth): "on"
    case .type(.number): "5%"
    default: "3"
    }
  }

  @Test(arguments: [
    (RangeRule.servers, 0.0, "servers must be at least 1"), (.servers, 1, ""),
    (.rate, -1, "a rate must be at least 0"),
    (.rate, 0, ""), (.probability, 1.1, "a probability must be from 0 to 1"), (.probability, 1, ""),
    (.latency, -1, "a latency must be at least 0"), (.capacity, .nan, "capacity must be a number"),
    (.elements, 1e9, "the number of elements must be from 1 to 100000000"),
  ])
  func rangesSayWhatIsWrong(_ rule: RangeRule, _ value: Double, _ message: String) {
    #expect(rule.violation(value) ?? "" == message)
  }
}
