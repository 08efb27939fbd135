public import OutageModel

/// What a run has seen of its world: plain values, so that a snapshot is an assignment.
struct Seen: Sendable {
  var teller: Teller
  var judges: [Judge]
  var rules: [Rule]
  var measures: [Track]
  var plots: [Track]
  var windows: [WindowTrack]
  /// Bytes of the windows.
  var windowBytes = 0
  /// Bytes of measures and plots with their samples.
  var trackBytes: Int
  /// Looks, the one at the start not counted.
  var ticks: Int64 = 0
  /// Events at the last look; nil: the world was not looked at yet.
  var eventsAtTick: Int64?
  /// A rule acted after measures and rules had looked.
  var isStale = false
  /// ns since the start
  var reached: Int64 = 0
  var end: RunEnd?
  /// A property was violated that is not meant to be.
  var isViolated = false
  /// What stood when the warm-up ended; nil: there is none, or it is not over.
  var warmUp: WarmUp?

  struct WarmUp: Sendable {
    /// ns since the start
    var time: Int64
    var accounts: [Account]
    /// Integrals of the measures; nil where nobody knows them.
    var areas: [Double?]
  }

  init(_ image: Image) {
    teller = Teller(image, ClockFace(image.meta.clock))
    judges = image.meta.properties.map(Judge.init)
    rules = image.meta.entries.compactMap(Rule.init)
    measures = image.meta.measures.map(Track.init)
    plots = image.meta.plots.map(Track.init)
    windows = image.meta.windows.map(WindowTrack.init)
    windowBytes = windows.reduce(0) { $0 + $1.bytes }
    trackBytes = (measures + plots).reduce(0) { $0 + Track.bytes + $1.sampler.bytes }
  }

  /// Bytes of what was seen: samples, windows and the story.
  var bytes: Int { trackBytes + windowBytes + teller.bytes }
}

extension ClockFace {
  public init(_ c: ImageMeta.Clock) {
    self.init(
      day: c.day, start: c.start, zone: c.zone, duration: c.duration, tick: c.tick, isWritten: c.isWritten)
    warmUp = c.warmUp
  }
}
