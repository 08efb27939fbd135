extension World {
  /// Attributes get other values while all islands stand still. The image has the same nodes and code.
  public func reset(_ other: Image, words: [ImageMeta.Initial], nodeWords: [(node: Int, values: [Int64])]) {
    adopt(other)
    shared.pointee.lookahead = other.meta.lookahead
    for (n, values) in nodeWords {
      for (k, value) in values.enumerated() { shared.pointee.nodeWords[2 * n + k] = value }
    }
    for word in words { assign(word) }
    for i in 0..<islandCount { base[i].isDirty = true }
  }

  /// Attributes on which something waits are assigned as a statement would.
  private func assign(_ word: ImageMeta.Initial) {
    let island = Island(base + Int(image.tables.elementIsland[word.element]))
    let member: MemberCode? =
      switch (island.node(word.element).pointee.kind, word.offset) {
      case (.service, Service.servers): .servers
      case (.load, Load.rate): .rate
      case (.load, Load.users): .users
      default: nil
      }
    if let member {
      island.assign(member, word.element, word.value, by: Island(base), frame: 0)
    } else {
      write(word)
    }
  }
}
