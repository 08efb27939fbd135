import OutageModel

/// Where a search begins that begins in a live world.
struct Beginning {
  let world: World
  let present: Stepper.Present

  /// - Parameter cone: of the search; its bounds hold beside what is there already.
  init(_ image: Image, _ cone: inout Cone, in world: World) {
    self.world = world
    present = Stepper.present(
      image, in: world, processes: cone.processes.map(\.element), services: cone.services,
      alsoAsked: image.meta.exploring.alsoAsked)
    cone.bounds.abandoned += present.abandoned
    let inVain = present.requests.count { isInVain($0) }
    cone.bounds.places = max(cone.bounds.places, present.requests.count - inVain) + inVain
  }

  /// Whether nobody waits for a request, or only a request of that kind.
  private func isInVain(_ request: [Int64]) -> Bool {
    let caller = Int(request[Standing.caller])
    if caller < 0 { return true }
    return caller >= present.processes.count && isInVain(present.requests[caller - present.processes.count])
  }

  /// What a passive element holds, if that is not as in the world.
  func held(_ element: Int) -> [Int64]? { present.held[element] }

  /// The words of an activity.
  func words(_ activity: Int) -> [Int64] {
    if activity < present.processes.count { return present.processes[activity] }
    let place = activity - present.processes.count
    return place < present.requests.count ? present.requests[place] : [Standing.free]
  }
}
