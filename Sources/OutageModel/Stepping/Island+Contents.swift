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
      let width = Int(info.pointee.width)
      eachEntry(e + Store.items, width: width + 1) { entry in
        for k in 0..<width { words.append(mem[entry + 1 + k]) }
      }
    case .lease:
      words.append(mem[e] & Lease.active)
      words.append(mem[e &+ Lease.token])
    default: for k in 0..<Int(info.pointee.words) { words.append(mem[e + k]) }
    }
  }
}
