/// What a passive element holds, as words: equal words are equal contents, wherever they lie in memory.
extension Island {
  func save(_ element: Int, into words: inout [Int64]) {
    words.removeAll(keepingCapacity: true)
    let e = offset(element)
    let info = node(element)
    switch info.pointee.kind {
    case .plans:
      words.append(mem[e + Plans.latest])
      let block = Int(mem[e + Plans.block])
      for k in 0..<Int(mem[e + Plans.count]) {
        words.append(mem[block + 2 * k])
        let list = mem[block + 2 * k + 1]
        words.append(listLength(list))
        for j in 0..<Int(listLength(list)) { words.append(mem[Int(list) + 2 + j]) }
      }
    case .dns: words.append(mem[e + Record.version])
    case .queue:
      if info.pointee.isAssigned { words.append(mem[e + Store.capacity]) }
      let width = Int(info.pointee.width)
      eachEntry(e + Store.items, width: width + 1) { entry in
        for k in 0..<width { words.append(mem[entry + 1 + k]) }
      }
    case .lease:
      words.append(mem[e] & Lease.active)
      words.append(mem[e &+ Lease.token])
    case .service:
      words.append(mem[e &+ Active.frames] & Active.disabled)
      for at in admission(info, e) { words.append(mem[at]) }
    case .variable: for k in 0..<Int(info.pointee.width) { words.append(mem[e + k]) }
    default: for k in 0..<Int(info.pointee.words) { words.append(mem[e + k]) }
    }
  }

  /// The words of a service's element in which it says whom it admits. That it is switched off is a flag among others: it
  /// comes beside them.
  func admission(_ info: UnsafePointer<NodeInfo>, _ e: Int) -> [Int] {
    var at = [Service.servers, Service.capacity, Service.limit, Service.rate].map { e &+ $0 }
    for k in 0..<Int(info.pointee.linkCount) {
      let own = Int(tables.handlers[Int(info.pointee.link) + k].offset)
      if own != 0 { at += [e &+ own &+ HandlerLimit.atOnce, e &+ own &+ HandlerLimit.rate] }
    }
    return at
  }
}
