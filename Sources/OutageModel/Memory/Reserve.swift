#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Address space for an arena that never moves: pages are taken only when touched. Gives the address and the bytes that
/// could be reserved, at most `words` words; falls back to less where address space is scarce.
func reserveMemory(words: Int) -> (UnsafeMutablePointer<Int64>, Int) {
  var bytes = (words * 8 + 0xFFFF) & ~0xFFFF
  while true {
    let base = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    if let base, Int(bitPattern: base) != -1 {
      preferLargePages(base, bytes)
      return (base.bindMemory(to: Int64.self, capacity: bytes / 8), bytes)
    }
    bytes /= 2
    precondition(bytes >= 1 << 16, "no address space left")
  }
}

/// Large arenas are walked at random: larger pages save their translations. The first part keeps small ones, so that a
/// small island stays small.
private func preferLargePages(_ base: UnsafeMutableRawPointer, _ bytes: Int) {
  #if os(Linux)
    let small = 8 << 20
    if bytes > small { madvise(base + small, bytes - small, 14 /* MADV_HUGEPAGE */) }
  #endif
}

func releaseMemory(_ base: UnsafeMutablePointer<Int64>, bytes: Int) {
  munmap(base, bytes)
}

/// Gives whole pages of a range back; what they held is gone. Small ranges are kept.
func discardMemory(_ base: UnsafeMutablePointer<Int64>, words: Int) {
  let from = (UInt(bitPattern: base) + 0xFFFF) & ~0xFFFF
  let to = UInt(bitPattern: base + max(0, words)) & ~0xFFFF
  if words < 1 << 17 || to <= from { return }
  madvise(UnsafeMutableRawPointer(bitPattern: from), Int(to - from), Int32(MADV_DONTNEED))
}
