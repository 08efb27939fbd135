// Who a body draws for: see Draw.swift.

extension Island {
  private static var stride: UInt64 { 0xD1B5_4A32_D192_ED03 }

  /// The owner of the n-th body of an element that began by itself.
  @inline(__always)
  func owner(_ body: UnsafePointer<BodyInfo>, _ own: Int, first: Int32, _ n: Int64) -> Int64 {
    Int64(bitPattern: body.pointee.key) &+ Int64(own &- Int(first)) &* Int64(bitPattern: golden) &+ n
  }

  /// The owner of what a frame calls or sends. `slot`: the word of the frame that counts its calls of that kind; 0: there is
  /// one. `isCyclic`: the handler may lead back to this body, which has drawn already.
  @inline(always)
  func ownerOfCall(_ frame: Int, _ i: Fetched) -> Int64 {
    let slot = i.slot
    let owner = mem[frame &+ Frame.owner]
    return slot == 0 ? owner : ownerOfCall(frame, owner, slot: slot, isCyclic: i.isCyclic)
  }

  @inline(always)
  private func ownerOfCall(_ frame: Int, _ owner: Int64, slot: Int, isCyclic: Bool) -> Int64 {
    let before = mem[frame &+ slot]
    mem[frame &+ slot] = before &+ 1
    let j = isCyclic ? before &+ 1 : before
    if j == 0 { return owner }
    let body = tables.bodies + Int(mem[frame &+ Frame.kind] & Frame.bodyMask)
    // An owner may be the key itself: it is mixed before the two meet.
    let nth = body.pointee.key ^ UInt64(bitPattern: j) &* Self.stride
    return Int64(bitPattern: mix(mix(UInt64(bitPattern: owner)) &+ nth))
  }

  /// Bodies of an element that began so far, this one not counted: in the upper half of the word of its caches.
  @inline(__always)
  func countBegun(_ word: Int) -> Int64 {
    let n = mem[word] >> 32 & 0xFFFF_FFFF
    mem[word] = (mem[word] & 0xFFFF_FFFF) | (n &+ 1) << 32
    return n
  }

  /// Nothing was drawn by the frame's owner yet.
  @inline(__always)
  func clearCounts(_ frame: Int, _ body: UnsafePointer<BodyInfo>) {
    let from = frame &+ Int(body.pointee.countsFrom)
    for k in 0..<Int(body.pointee.countsCount) { mem[from &+ k] = 0 }
  }
}
