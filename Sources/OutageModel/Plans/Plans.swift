// Plan stores and the DNS records that point into them, with the caches of those who resolve.

/// An address in a plan: a text (its id), or element e of a node as -(e + 1).
enum Address {
  @inline(__always) static func element(_ address: Int64) -> Int? { address < 0 ? Int(-address - 1) : nil }
}

extension Island {
  // A plan's entry: version, list of addresses.

  /// Adds a plan and gives its version; the list becomes the store's own.
  func addPlan(_ own: Int, addresses: Int64) -> Int64 {
    let e = offset(own)
    let count = Int(mem[e + Plans.count])
    let capacity = Int(mem[e + Plans.capacity])
    if count == capacity {
      if !hasRoom(4 * capacity) {
        listFree(addresses)
        return mem[e + Plans.latest]
      }
      let larger = allocate(max(8, 4 * capacity))
      if capacity > 0 {
        (mem + larger).update(from: mem + Int(mem[e + Plans.block]), count: 2 * count)
        free(Int(mem[e + Plans.block]), words: max(8, 2 * capacity))
      }
      mem[e + Plans.block] = Int64(larger)
      mem[e + Plans.capacity] = Int64(max(4, 2 * capacity))
    }
    mem[e + Plans.latest] += 1
    let entry = Int(mem[e + Plans.block]) + 2 * count
    mem[entry] = mem[e + Plans.latest]
    mem[entry + 1] = addresses
    mem[e + Plans.count] += 1
    touch(node(own))
    return mem[e + Plans.latest]
  }

  /// The entry of a version (they ascend), or nil.
  func findPlan(_ e: Int, _ version: Int64) -> Int? {
    let block = Int(mem[e + Plans.block])
    var low = 0
    var high = Int(mem[e + Plans.count])
    while low < high {
      let middle = (low + high) / 2
      if mem[block + 2 * middle] < version { low = middle + 1 } else { high = middle }
    }
    return low < Int(mem[e + Plans.count]) && mem[block + 2 * low] == version ? block + 2 * low : nil
  }

  func deletePlan(_ own: Int, _ version: Int64) {
    let e = offset(own)
    guard let entry = findPlan(e, version) else { return }
    listFree(mem[entry + 1])
    let end = Int(mem[e + Plans.block]) + 2 * Int(mem[e + Plans.count])
    var k = entry
    while k + 2 < end {
      mem[k] = mem[k + 2]
      mem[k + 1] = mem[k + 3]
      k += 2
    }
    mem[e + Plans.count] -= 1
    touch(node(own))
  }

  /// The plans element that a record element points into.
  @inline(__always)
  func plans(of record: Int) -> Int {
    let info = node(record)
    let k = info.pointee.linkCount > 1 ? record - Int(info.pointee.first) : 0
    return Int(info.pointee.link) + k
  }

  /// The list that a record answers with now; not the caller's to free.
  func addresses(of record: Int) -> Int64 {
    let there = home(record)
    let version = there.mem[there.offset(record) + Record.version]
    let store = plans(of: record)
    let island = home(store)
    guard let entry = island.findPlan(island.offset(store), version) else { return 0 }
    return island.mem[entry + 1]
  }

  // MARK: Resolving

  // A cache: next cache, record | index, expiry, list.

  /// The element a caller reaches through a record, -2 when the name has no address. The answer comes from the caller's
  /// cache while its time to live lasts; an empty answer is kept for the record's `negative` time.
  func resolve(
    _ record: Int, service n: Int, _ own: Int, _ frame: Int, caches: Int, place: Int, slot: Int
  ) -> Int64 {
    // Of one attempt: which cache answers, and which address is taken, are draws of two places.
    let draws = slot == 0 ? 0 : UInt64(bitPattern: mem[frame &+ slot])
    if slot != 0 { mem[frame &+ slot] &+= 1 }
    func drawn(_ place: Int, _ count: Int64) -> Int64 {
      if count <= 1 { return 0 }
      let key = shared.pointee.placeKeys[place]
      return drawing(key: key, owner: mem[frame &+ Frame.owner], count: draws).uniform(0, count - 1)
    }
    let which = drawn(place + 1, Int64(caches))
    let slot = offset(own) + (node(own).pointee.kind == .lease ? Lease.caches : Active.caches)
    let key = Int64(record) | which << 32
    var cache = Int(mem[slot] & 0xFFFF_FFFF)
    while cache != 0, mem[cache + 1] != key { cache = Int(mem[cache]) }
    if cache == 0 {
      cache = allocate(4)
      mem[cache] = mem[slot] & 0xFFFF_FFFF
      mem[cache + 1] = key
      mem[cache + 2] = -1
      mem[cache + 3] = 0
      mem[slot] = (mem[slot] & ~0xFFFF_FFFF) | Int64(cache)
    }
    if now >= mem[cache + 2] {
      let answer = addresses(of: record)
      listClear(&mem[cache + 3])
      for k in 0..<Int(listLength(answer)) { _ = listAppend(&mem[cache + 3], mem[Int(answer) + 2 + k]) }
      let e = offset(record)
      let keep = home(record).mem[e + (listLength(answer) == 0 ? Record.negative : Record.ttl)]
      mem[cache + 2] = later(keep)
    }
    let list = mem[cache + 3]
    let count = listLength(list)
    if count == 0 { return -2 }
    let k = drawn(place, count)
    return reached(by: mem[Int(list) + 2 + Int(k)], in: n)
  }

  /// The element of a service to which an address leads, or -1.
  func reached(by address: Int64, in n: Int) -> Int64 {
    let info = tables.nodes + n
    if let element = Address.element(address) {
      // An address of another node leads nowhere here.
      let isHere = element >= Int(info.pointee.first) && element < Int(info.pointee.first + info.pointee.count)
      return isHere ? Int64(element) : -1
    }
    // A plain address stands for the service as a whole; each has its own element as far as they go round.
    return Int64(info.pointee.first) + (info.pointee.count > 1 ? address % Int64(info.pointee.count) : 0)
  }

  func dropCaches(_ slot: Int) {
    var cache = Int(mem[slot] & 0xFFFF_FFFF)
    mem[slot] &= ~0xFFFF_FFFF
    while cache != 0 {
      let next = Int(mem[cache])
      listFree(mem[cache + 3])
      free(cache, words: 4)
      cache = next
    }
  }
}
