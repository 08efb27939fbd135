import OutageSyntax

/// The CSV files that a tree names: `rate "file"` and `empirical "file"`.
func seriesPaths(_ tree: SourceTree) -> [(String, Span)] {
  var finder = SeriesFinder()
  for item in tree.items { finder.item(item) }
  return finder.paths
}

private struct SeriesFinder {
  var paths: [(String, Span)] = []

  mutating func item(_ item: Item) {
    switch item.kind {
    case .load(let load):
      for clause in load.clauses {
        if case .series(let path, let span) = clause.value { paths.append((path, span)) }
        switch clause.value {
        case .think(let e), .rate(let e), .count(let e), .users(let e), .resolvers(let e): expression(e)
        case .series, .even: break
        }
      }
      block(load.body)
    case .service(let service):
      for clause in service.clauses {
        switch clause.value {
        case .on(let handler): block(handler.body)
        case .statement(let s): statement(s)
        default: break
        }
      }
    case .lease(let lease):
      for clause in lease.clauses { if case .renew(let renewal) = clause.value { block(renewal.body) } }
    case .process(let process): block(process.body)
    case .at(_, let b), .every(_, let b), .when(_, for: _, let b): block(b)
    case .function(_, parameters: _, let e): expression(e)
    default: break
    }
  }

  mutating func block(_ block: Block) {
    for s in block.statements { statement(s) }
  }

  mutating func statement(_ s: Statement) {
    switch s.kind {
    case .let(_, let e), .assign(target: _, value: let e), .operation(let e), .wait(let e), .work(let e), .log(let e):
      expression(e)
    case .blocking(binding: _, let e, timeout: _, otherwise: let b):
      expression(e)
      if let b { block(b) }
    case .call(binding: _, let target, _, otherwise: let b):
      target.arguments.forEach { expression($0) }
      if let b { block(b) }
    case .send(let target): target.arguments.forEach { expression($0) }
    case .waitUntil(_, timeout: _, otherwise: let b): if let b { block(b) }
    case .return(let e): if let e { expression(e) }
    case .if(_, let yes, otherwise: let no):
      block(yes)
      if let no { block(no) }
    case .forIn(_, _, filter: _, let b), .repeat(_, let b), .loop(let b), .while(_, let b), .atomic(let b): block(b)
    case .either(let branches): branches.forEach { block($0) }
    default: break
    }
  }

  mutating func expression(_ e: Expression) {
    switch e.kind {
    case .call(let callee, let arguments):
      if case .name("empirical") = callee.kind, let first = arguments.first, case .text(let parts) = first.kind,
        parts.count == 1, case .literal(let path) = parts[0]
      {
        paths.append((path, first.span))
      }
      arguments.forEach { expression($0) }
    case .binary(_, at: _, let a, let b):
      expression(a)
      expression(b)
    case .unary(_, let a): expression(a)
    default: break
    }
  }
}
