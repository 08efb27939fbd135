import OutageModel

/// What a search must follow: cone of influence of the properties.
struct Cone {
  var processes: [ImageMeta.Process] = []
  /// Passive elements that something reads, in order.
  var passives: [Int] = []
  var bounds = Graph.Bounds()

  /// - Parameter abandoned: requests in hand at once that nobody waits for.
  init(_ image: Image, _ properties: [ImageMeta.Property], abandoned: Int) {
    var elements: Set<Int> = []
    var read: Set<Int> = []
    func wants(_ e: Int) {
      read.insert(e)
      elements.insert(e)
      let node = image.tables.nodes[Int(image.tables.elementNode[e])]
      if node.kind == .dns {
        let plans = Int(node.link) + (node.linkCount > 1 ? e - Int(node.first) : 0)
        read.insert(plans)
        elements.insert(plans)
      }
    }
    let all = image.meta.exploring.processes
    let needsAll = properties.isEmpty || properties.contains { $0.readsStuck }
    for p in properties { for range in p.reads { range.forEach(wants) } }
    var included = [Bool](repeating: false, count: all.count)
    var grew = true
    while grew {
      grew = false
      for (k, p) in all.enumerated() where !included[k] {
        let matters =
          needsAll || elements.contains(p.element) || p.writes.contains { $0.contains { elements.contains($0) } }
        if !matters { continue }
        included[k] = true
        grew = true
        for range in p.touches { elements.formUnion(range) }
        for range in p.reads { range.forEach(wants) }
      }
    }
    processes = all.indices.filter { included[$0] }.map { all[$0] }
    passives = read.sorted().filter { e in
      switch image.tables.nodes[Int(image.tables.elementNode[e])].kind {
      case .variable, .plans, .dns, .queue, .lease: true
      default: false
      }
    }
    let callers = processes.count { $0.calls }
    if callers > 0 {
      bounds.abandoned = abandoned
      bounds.places = min(32, callers * max(1, image.meta.exploring.depth) + abandoned)
    }
  }
}
