public import OutageModel

// Moving a run by hand: one event, one act of an operator, new parts of the graph. All of it is exact: the same moves from
// the same snapshot give the same bytes.

extension Run {
  /// When the world is looked at next, ns since the start.
  public var nextLook: Int64 {
    if seen.eventsAtTick == nil { return 0 }
    // in range: a scenario has at most 50 million ticks
    return min(clock.tick.times(reached / clock.tick + 1), clock.duration)
  }

  /// The present time: that of the last single event, or of the last tick.
  public var present: Int64 { max(reached, stepped?.time ?? 0) }

  /// Events handled one by one since the last tick.
  public var singleEvents: Int64 { stepped?.count ?? 0 }

  /// Handles the next event alone, on the way looking at the world at the ticks that come before it. nil: there is none
  /// before `time`, or the run ended.
  public func step(before time: Int64) -> SingleStep? {
    world.watched(by: watch) { single(before: time) }
  }

  private func single(before time: Int64) -> SingleStep? {
    while end == nil, world.trouble == nil {
      let look = nextLook
      if look > time { return nil }
      if let step = windows.step(upTo: look, budgets: left) {
        stepped = (step.time, singleEvents + 1)
        if step.kind == nil { lookAgain() }
        let isHeard = hear()
        if world.trouble != nil { stop(.goOn) } else if !isHeard { giveUp() }
        return step
      }
      if windows.isUsedUp {
        stop(.goOn)
        return nil
      }
      if reached >= clock.duration { return nil }
      advance(to: look)
    }
    return nil
  }

  /// Runs a body of the timeline now, as an operator would. Its consequences follow when time goes on.
  public func act(_ element: Int, body: Int) {
    world.align(to: present)
    world.fire(element, body: body)
    let isDone = world.watched(by: watch) { windows.operate(to: present.later(by: 1), left) { true } }
    let isHeard = hear()
    lookAgain()
    seen.isStale = true
    if !isDone { stop(.goOn) } else if !isHeard { giveUp() }
  }

  /// The world grows while it stands; false when it does not fit into the memory allowed.
  public func grow(_ growth: Growth) -> Bool {
    world.align(to: present)
    let old = image.meta
    guard world.grow(growth) else { return false }
    let meta = growth.image.meta
    seen.judges += meta.properties[old.properties.count...].map(Judge.init)
    seen.rules += meta.entries[old.entries.count...].compactMap(Rule.init)
    let (measures, plots) = (
      meta.measures[old.measures.count...].map(Track.init), meta.plots[old.plots.count...].map(Track.init)
    )
    seen.measures += measures
    seen.plots += plots
    seen.trackBytes += (measures + plots).reduce(0) { $0 + Track.bytes + $1.sampler.bytes }
    adopt(growth.image)
    begin(Array(meta.windows[old.windows.count...]))
    seen.isStale = true
    return true
  }

  /// Parameters get other values while the world stands.
  public func reset(_ image: Image, words: [ImageMeta.Initial], nodeWords: [(node: Int, values: [Int64])]) {
    world.align(to: present)
    world.reset(image, words: words, nodeWords: nodeWords)
    adopt(image)
    seen.isStale = true
  }

  /// Another image that begins like the present one.
  public func adopt(_ image: Image) {
    world.adopt(image)
    seen.teller.names = Names(image: image)
  }

  /// An interrupted run that stands at a tick goes on.
  public func resume() {
    if case .interrupted = seen.end { seen.end = nil }
  }

  /// From here on every event of the story is also handed out by `takeOverheard`, those beyond its length included.
  public func overhear() {
    seen.teller.isOverheard = true
    _ = seen.teller.takeOverheard()
  }

  /// What was told since `overhear` or the last time, in the order of telling.
  public func takeOverheard() -> [StoryEvent] { seen.teller.takeOverheard() }

  /// Expressions that are looked at at every tick.
  public var looks: Int { seen.measures.count + seen.rules.count + seen.judges.count + seen.plots.count }

  /// The story so far.
  public var story: [StoryEvent] { seen.teller.sorted() }

  /// What the properties say so far.
  public var properties: [PropertyResult] {
    seen.judges.map { $0.result(at: reached, isOver: reached >= clock.duration, clock: clock.text) }
  }

  /// The samples of the k-th plot, and of the k-th measure.
  public func plot(_ k: Int) -> (times: [Int64], values: [Double]) { seen.plots[k].samples }
  public func measure(_ k: Int) -> (times: [Int64], values: [Double]) { seen.measures[k].samples }
}
