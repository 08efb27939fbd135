import OutageSyntax

/// A node as declared: what name resolution and inference need to know of it.
struct NodeDeclaration {
  enum Source {
    case variable(VariableItem)
    case plans(count: Expression?)
    case dns(DNSItem)
    case queue(QueueItem)
    case lease(LeaseItem)
    case service(ServiceItem)
    case balancer(BalancerItem)
    case load(LoadItem)
    case process(ProcessItem)
  }

  struct Handler {
    var name: Name
    var parameters: [Name]
    var priority: Expression?
    var limit: Expression?
    var body: Block
  }

  var name: Name
  var kind: NodeKind
  var source: Source
  var count: Expression?
  /// The process or service that a variable belongs to, also when it is an array of its own.
  var host: Int?
  /// Variables of a process or service, by name.
  var variables: [String: Int] = [:]
  var handlers: [Handler] = []
  /// Labels of its statements, for `stall … at`.
  var labels: Set<String> = []
  var span: Span

  /// A variable of an element follows the count of its host.
  var isArray: Bool { count != nil }
}

struct FunctionDeclaration {
  var name: Name
  var parameters: [Name]
  var body: Expression
}

struct PolicyDeclaration {
  var name: Name
  var options: CallOptions
}

struct MeasureDeclaration {
  var name: Name
  var value: Expression
  var span: Span
}

/// Everything a script declares, collected before anything is checked, so that order does not matter.
struct Declarations {
  var symbols: [String: Symbol] = [:]
  var spans: [String: Span] = [:]
  var nodes: [NodeDeclaration] = []
  var functions: [FunctionDeclaration] = []
  var externals: [CheckedProgram.External] = []
  var policies: [PolicyDeclaration] = []
  var measures: [MeasureDeclaration] = []
  var paramCount = 0
  var constantCount = 0
  var choices: [ChoiceType] = []
  var choiceIds: [ChoiceType: Int] = [:]
  /// Choices that have a case of this name.
  var choicesByCase: [String: [Int]] = [:]
  var clock: ClockItem?
  var clockSpan = Span.none
  var scenario: String?

  mutating func choice(_ names: [Name]) -> Int {
    let type = ChoiceType(names: names.map(\.text))
    if let id = choiceIds[type] { return id }
    let id = choices.count
    choices.append(type)
    choiceIds[type] = id
    for name in Set(type.names) { choicesByCase[name, default: []].append(id) }
    return id
  }
}
