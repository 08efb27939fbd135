/// What the control groups of Linux leave a process, by the texts in which the system says so: version 2 (`cpu.max`,
/// `memory.max`) and version 1 (`cpu.cfs_quota_us`, `memory.limit_in_bytes`). A group's limit holds for the groups within it,
/// so the least on the way to the root counts. Whoever reads files hands their contents in.
package struct ContainerLimits: Sendable, Equatable {
  /// Processors that may be busy at once, on average; nil: no limit.
  package var processors: Double?
  /// Bytes; nil: no limit.
  package var memory: Int?

  package init() {}

  /// - Parameters:
  ///   - membership: `/proc/self/cgroup`.
  ///   - mounts: `/proc/self/mountinfo`.
  ///   - read: the contents of a file; nil: there is none.
  package init(membership: String, mounts: String, read: (_ path: String) -> String?) {
    let mounts = mounts.utf8.split(separator: UInt8(ascii: "\n")).compactMap { Mount(Substring($0)) }
    for line in membership.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let (controllers, group) = (parts[1].split(separator: ","), String(parts[2]))
      let isUnified = controllers.isEmpty
      // Of several places where a hierarchy is mounted the first will do.
      let mount = mounts.first { mount in
        isUnified
          ? mount.kind == "cgroup2"
          : mount.kind == "cgroup" && controllers.contains { mount.options.contains(String($0)) }
      }
      guard let mount else { continue }
      for folder in mount.folders(of: group) {
        if isUnified {
          take(processors: read(folder + "/cpu.max").flatMap(Self.processors))
          take(memory: read(folder + "/memory.max").flatMap(Self.bytes))
        } else {
          if controllers.contains("cpu") {
            let words = [read(folder + "/cpu.cfs_quota_us"), read(folder + "/cpu.cfs_period_us")].map { $0 ?? "" }
            take(processors: Self.processors(words.joined(separator: " ")))
          }
          if controllers.contains("memory") {
            take(memory: read(folder + "/memory.limit_in_bytes").flatMap(Self.bytes))
          }
        }
      }
    }
  }

  private mutating func take(processors found: Double?) {
    if let found { processors = min(processors ?? found, found) }
  }

  private mutating func take(memory found: Int?) {
    if let found { memory = min(memory ?? found, found) }
  }

  /// `50000 100000`: half of one; `max 100000` and `-1 100000`: no limit.
  private static func processors(_ text: String) -> Double? {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), quota > 0, period > 0 else {
      return nil
    }
    return quota / period
  }

  /// `max`, and what no machine has: no limit.
  private static func bytes(_ text: String) -> Int? {
    guard let word = text.split(whereSeparator: \.isWhitespace).first, let bytes = Int(word), bytes > 0,
      bytes < 1 << 50
    else { return nil }
    return bytes
  }

  /// A line of `/proc/self/mountinfo`, see proc(5): where a hierarchy of groups can be read, and from which group on.
  private struct Mount {
    var root: String
    var point: String
    var kind: String
    var options: [String]

    init?(_ line: Substring) {
      let words = line.utf8.split(separator: UInt8(ascii: " ")).map { Substring($0) }
      // Most mounts are of other kinds.
      guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3, words[dash + 1].hasPrefix("cgroup")
      else { return nil }
      (root, point, kind) = (Self.plain(words[3]), Self.plain(words[4]), String(words[dash + 1]))
      options = words[dash + 3].split(separator: ",").map { String($0) }
    }

    /// `\040` is a space.
    private static func plain(_ word: Substring) -> String {
      var bytes: [UInt8] = []
      var rest = word.utf8[...]
      while let c = rest.popFirst() {
        guard c == UInt8(ascii: "\\"), rest.count >= 3, let value = UInt8(String(rest.prefix(3)) ?? "", radix: 8) else {
          bytes.append(c)
          continue
        }
        bytes.append(value)
        rest = rest.dropFirst(3)
      }
      return String(decoding: bytes, as: UTF8.self)
    }

    /// The folder of a group, and those around it up to where they are mounted. A group that lies elsewhere is seen
    /// from within a container, whose own group is the one that is mounted.
    func folders(of group: String) -> [String] {
      var inner = Substring(group)
      if root != "/" {
        guard group == root || group.hasPrefix(root + "/") else { return [point] }
        inner = inner.dropFirst(root.count)
      }
      let names = inner.split(separator: "/")
      if names.contains("..") { return [point] }
      return (0...names.count).reversed().map { ([point] + names.prefix($0).map { String($0) }).joined(separator: "/") }
    }
  }
}
