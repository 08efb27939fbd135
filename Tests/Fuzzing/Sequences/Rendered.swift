import OutageEngine
import OutageExplorer
import OutageKit
import OutageReport

/// Every form of a report.
enum Rendered {
  static func all(_ result: RunResult) {
    _ = renderJSON(result)
    _ = TextReport(width: 80, color: false, unicode: true).render(result)
  }

  static func all(_ result: ExploreResult) {
    _ = ExplorationText(width: 80, color: false, unicode: true).render(result)
    _ = explorationJSON([("", result)], file: "input.outage", version: Version.text, digest: "")
  }
}
