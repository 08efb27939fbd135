/// Where an expression or statement stands, and what it may do there.
struct Context {
  enum Place: Equatable {
    /// Attributes, sizes, parameters and constants: settled before the run.
    case settled
    case initial
    case process, handler, load, lease, lapse, timeline
    case property, measure, plot
    case prompt
    case function
  }

  var place: Place
  /// The node whose element runs this; nil in the timeline, properties and the like.
  var owner: Int?
  /// `index` means something: the owner is an array.
  var hasIndex = false
  var readsState = true
  var draws = true
  var loops = 0
  var isAtomic = false
  /// The condition of a `wait until`: looked at when something changes, never because time passes.
  var isAwaited = false
  var handler: Inference.HandlerKey?

  static let settled = Context(place: .settled, owner: nil, readsState: false, draws: false)

  /// "a property", as it stands in a sentence.
  var phrase: String {
    switch place {
    case .settled: "a value that is settled before the run"
    case .initial: "an initial value"
    case .process: "a process"
    case .handler: "a handler"
    case .load: "a load"
    case .lease: "the renewal of a lease"
    case .lapse: "what happens as a lease lapses"
    case .timeline: "the timeline"
    case .property: "a property"
    case .measure: "a measure"
    case .plot: "a plot"
    case .prompt: "the prompt"
    case .function: "a function"
    }
  }
}
