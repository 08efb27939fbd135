public import OutageSyntax

/// The body of a process, handler, load, lease clause or timeline block.
public struct CheckedBody: Sendable {
  /// Types of the local slots. Parameters of a handler come first. Each `let`, loop variable, comprehension
  /// variable and binding has a slot of its own (slots are not shared between scopes).
  public var locals: [Local]
  public var parameterCount: Int
  public var statements: [CheckedStatement]

  public struct Local: Sendable {
    public var name: String
    public var type: Type
    public init(name: String, type: Type) {
      self.name = name
      self.type = type
    }
  }

  public init(locals: [Local], parameterCount: Int, statements: [CheckedStatement]) {
    self.locals = locals
    self.parameterCount = parameterCount
    self.statements = statements
  }
}

public struct CheckedStatement: Sendable {
  public var label: String?
  /// Done, counted, and not told.
  public var isQuiet = false
  public var kind: Kind
  /// The postfix `if`, part of the same step.
  public var condition: CheckedExpression?
  public var span: Span

  public init(label: String?, kind: Kind, condition: CheckedExpression?, span: Span) {
    self.label = label
    self.kind = kind
    self.condition = condition
    self.span = span
  }

  public indirect enum Kind: Sendable {
    case `let`(local: Int, CheckedExpression)
    /// A variable (`Member.value`) or an attribute. The selector may be `.all` or `.slice`: every element.
    case assign(Member, NodeReference, CheckedExpression)
    /// `v.field = x` of a record variable.
    case assignField(NodeReference, field: Int, CheckedExpression)
    /// The limit that a handler of a service declares.
    case assignHandlerLimit(NodeReference, handler: Int, CheckedExpression)
    /// A node operation for its effect.
    case operation(CheckedExpression)
    /// `take`, `acquire`; the value goes to `local`.
    case blocking(
      local: Int?, Member, NodeReference, [CheckedExpression], timeout: CheckedExpression?,
      otherwise: [CheckedStatement]?)
    case call(local: Int?, CheckedCall, otherwise: [CheckedStatement]?)
    case send(CheckedTarget)
    case wait(CheckedExpression)
    case waitUntil(CheckedExpression, timeout: CheckedExpression?, otherwise: [CheckedStatement]?)
    case work(CheckedExpression)
    case `return`(CheckedExpression?)
    case fail(CheckedExpression?)
    case log(CheckedExpression)
    case `if`(CheckedExpression, [CheckedStatement], otherwise: [CheckedStatement])
    /// `source` is a list or a `.range`. Without a filter a range is counted, not listed.
    case forIn(local: Int, CheckedExpression, filter: CheckedExpression?, [CheckedStatement])
    case `repeat`(CheckedExpression, [CheckedStatement])
    case loop([CheckedStatement])
    case `while`(CheckedExpression, [CheckedStatement])
    case `break`
    case `continue`
    case atomic([CheckedStatement])
    case either([[CheckedStatement]])
    case stall(NodeReference, at: String?, for: CheckedExpression?)
    case crash([NodeReference])
    case restart([NodeReference])
    case slow(NodeReference, by: CheckedExpression, for: CheckedExpression?)
    case cut(NodeReference, from: NodeReference)
    case drop(CheckedExpression, of: NodeReference, to: NodeReference)
    case heal(NodeReference?, from: NodeReference?)
    case follow([NodeReference])
  }
}

public struct CheckedTarget: Sendable {
  /// A service or a balancer. `.all` on an array draws an element uniformly.
  public var node: NodeReference
  /// Index into the service's `handlers` (of the balanced service for a balancer).
  public var handler: Int
  public var arguments: [CheckedExpression]
  public var span: Span
  public init(node: NodeReference, handler: Int, arguments: [CheckedExpression], span: Span) {
    self.node = node
    self.handler = handler
    self.arguments = arguments
    self.span = span
  }
}

public struct CheckedCall: Sendable {
  public enum Retry: Sendable {
    case none
    case times(CheckedExpression)
    case forever
  }
  public var target: CheckedTarget
  /// nil: waits for ever
  public var timeout: CheckedExpression?
  public var retry: Retry
  public var backoff: CheckedExpression?
  public var backoffLimit: CheckedExpression?
  public var jitter: Jitter
  /// Tokens earned by a success, a number from 0 to 1.
  public var budget: CheckedExpression?
  public var burst: CheckedExpression?
  /// Type of the answer.
  public var result: Type
  public init(
    target: CheckedTarget, timeout: CheckedExpression?, retry: Retry,
    backoff: CheckedExpression?, backoffLimit: CheckedExpression?, jitter: Jitter,
    budget: CheckedExpression?, burst: CheckedExpression?, result: Type
  ) {
    self.target = target
    self.timeout = timeout
    self.retry = retry
    self.backoff = backoff
    self.backoffLimit = backoffLimit
    self.jitter = jitter
    self.budget = budget
    self.burst = burst
    self.result = result
  }
}
