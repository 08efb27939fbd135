import OutageModel

// Windows are the first to look: what measures, rules, properties and plots read of them is of the same look.

extension Run {
  /// Takes down what windows look back at, of those from `first` on; false when the run was left on the way.
  func lookBack(from first: Int, at time: Int64, _ halt: (Int64, Int64) -> Halt) -> Bool {
    let (world, watch) = (world, watch)
    for k in first..<seen.windows.count {
      if leaves(at: time, k, halt) { return false }
      seen.windowBytes -= seen.windows[k].bytes
      let isDone = seen.windows[k].look(world, at: time) { watch?.isOverdue() == true }
      seen.windowBytes += seen.windows[k].bytes
      if !isDone {
        giveUp(halt)
        return false
      }
    }
    setExtremesAside()
    return true
  }

  /// Somebody else sets the extremes of response times aside.
  func takeExtremes() {
    for k in seen.windows.indices { seen.windows[k].takeExtremes(world) }
  }

  private func setExtremesAside() {
    for track in seen.windows where track.window.kind == .percentiles { world.setAside(track.window.elements) }
  }

  /// Windows that have joined begin now, with nothing in them.
  func begin(_ windows: [ImageMeta.Window]) {
    if windows.isEmpty { return }
    takeExtremes()
    setExtremesAside()
    let first = seen.windows.count
    seen.windows += windows.map(WindowTrack.init)
    seen.windowBytes += seen.windows[first...].reduce(0) { $0 + $1.bytes }
    _ = lookBack(from: first, at: present) { _, _ in .goOn }
  }
}
