/// One statement of a process, handler, load, lease clause or timeline block.
public struct Statement: Sendable {
  /// `apply: endpoint.apply(mine)`
  public var label: Name?
  /// Done, counted, and not told: `quiet restart host[3]`.
  public var isQuiet = false
  public var kind: Kind
  /// `… if condition`, part of the same atomic step.
  public var condition: Expression?
  public var span: Span

  public init(label: Name? = nil, _ kind: Kind, condition: Expression? = nil, span: Span) {
    self.label = label
    self.kind = kind
    self.condition = condition
    self.span = span
  }

  public indirect enum Kind: Sendable {
    case `let`(Name, Expression)
    /// A variable or an attribute of a node: `x = 3`, `dwfm.limit = 50/s`, `rm[i] = prepared`.
    case assign(target: Expression, value: Expression)
    /// A node operation for its effect: `endpoint.apply(mine)`, `jobs.put(3)`, `lock.take`.
    case operation(Expression)
    /// A blocking node operation with options: `let v = jobs.take timeout 5s else { … }`.
    case blocking(binding: Name?, Expression, timeout: Expression?, otherwise: Block?)
    /// `let v = call s[j].vote(t) timeout 1s retry 3 … else { … }`
    case call(binding: Name?, target: CallTarget, CallOptions, otherwise: Block?)
    /// `send s.h(args)`
    case send(CallTarget)
    case wait(Expression)
    case waitUntil(Expression, timeout: Expression?, otherwise: Block?)
    case work(Expression)
    case `return`(Expression?)
    case fail(Expression?)
    case log(Expression)
    /// `else if` is an `otherwise` block that holds the one `if`.
    case `if`(Expression, Block, otherwise: Block?)
    case forIn(Name, Expression, filter: Expression?, Block)
    case `repeat`(Expression, Block)
    case loop(Block)
    case `while`(Expression, Block)
    case `break`
    case `continue`
    case atomic(Block)
    case either([Block])
    case stall(Expression, at: Name?, for: Expression?)
    case crash([Expression])
    case restart([Expression])
    case slow(Expression, by: Expression, for: Expression?)
    case cut(Expression, from: Expression)
    case drop(Expression, of: Expression, to: Expression)
    /// `heal`, `heal X`, `heal X from Y`
    case heal(Expression?, from: Expression?)
    case follow([Expression])
    /// Unreadable text, skipped to the end of the statement.
    case missing
  }
}

public struct Block: Sendable {
  public var statements: [Statement]
  public var span: Span

  public init(_ statements: [Statement], _ span: Span) {
    self.statements = statements
    self.span = span
  }
}

/// `s[j].vote(t)`: the node (or element, or balancer), the handler (`nil`: the plain one) and its arguments.
public struct CallTarget: Sendable {
  public var node: Expression
  public var handler: Name?
  public var arguments: [Expression]
  public var span: Span

  public init(node: Expression, handler: Name?, arguments: [Expression], span: Span) {
    self.node = node
    self.handler = handler
    self.arguments = arguments
    self.span = span
  }
}

public enum RetryCount: Sendable {
  case times(Expression)
  case forever
}

public enum Jitter: String, Sendable, CaseIterable {
  case none, equal, full, decorrelated
}

/// The options of a `call` and the body of a `policy`; each may come once, in any order.
public struct CallOptions: Sendable {
  /// `with p`
  public var policy: Name?
  public var timeout: Expression?
  public var retry: RetryCount?
  /// `backoff 100ms [to 20s] [jitter full]`
  public var backoff: Expression?
  public var backoffLimit: Expression?
  public var jitter: Jitter?
  /// `budget 10% [burst 100]`
  public var budget: Expression?
  public var burst: Expression?
  public var span: Span

  public init(span: Span) { self.span = span }
}
