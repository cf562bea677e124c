# SPDX-License-Identifier: Apache-2.0
#
# Ask a rikstal desk from R, with curl and jsonlite.
#
#   desk <- rikstal_desk("http://127.0.0.1:8490", token = "rikstal_...")  # or RIKSTAL_DESK, RIKSTAL_TOKEN
#   answer <- rikstal_ask(desk, "diagnosis under icd10:C50 and age >= 18", sigma = 10)
#   answer$estimate; answer$low; answer$high; answer$state
#   answer$rows
#
# The desk signs, asks, verifies every region's signature and adds up; this reads what it found.
# Every figure comes with its interval and its state, because a figure without them is not what was
# answered: `estimate` is NA where the state is not "value", and no such row is ever a zero.
# schemas/desk.json has every member of a question and of the documents.

rikstal_desk <- function(address = Sys.getenv("RIKSTAL_DESK", "http://127.0.0.1:8490"),
                         token = Sys.getenv("RIKSTAL_TOKEN")) {
  if (!grepl("^(https://|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])([:/]|$))", address))
    stop("a token goes over https, or to this machine: ", address)
  structure(list(address = sub("/+$", "", address), token = token), class = "rikstal_desk")
}

# A token goes to the desk that was named: no proxy, no redirect.
.text <- function(desk, method, path, body = NULL) {
  handle <- curl::new_handle(customrequest = method, followlocation = 0L, proxy = "")
  headers <- list(Authorization = paste("Bearer", desk$token))
  if (method != "GET")
    headers <- c(headers, `X-Rikstal-Desk` = "1", `Content-Type` = "application/json")
  if (!is.null(body)) {
    json <- charToRaw(enc2utf8(as.character(jsonlite::toJSON(body, auto_unbox = TRUE, null = "null", digits = NA))))
    curl::handle_setopt(handle, post = TRUE, postfieldsize = length(json), postfields = json)
  }
  do.call(curl::handle_setheaders, c(list(handle), headers))
  response <- curl::curl_fetch_memory(paste0(desk$address, "/api/v1", path), handle = handle)
  text <- rawToChar(response$content)
  Encoding(text) <- "UTF-8"
  if (response$status_code >= 300) .refused(text, response$status_code)
  text
}

# A condition of class rikstal_problem with code, status, detail and the mistakes of a question.
.refused <- function(text, status) {
  problem <- tryCatch(jsonlite::fromJSON(text), error = function(e) list())
  code <- if (is.null(problem$code)) "http" else problem$code
  detail <- if (is.null(problem$detail)) "" else problem$detail
  stop(structure(class = c("rikstal_problem", "error", "condition"),
                 list(message = paste0(code, ": ", detail), call = NULL, code = code, status = status,
                      detail = detail, diagnostics = problem$diagnostics)))
}

.call <- function(desk, method, path, body = NULL) {
  text <- .text(desk, method, path, body)
  if (nzchar(text)) jsonlite::fromJSON(text) else NULL
}

# A desk's CSV as one figure a row: the region or "total", the parts of a table, which figure it is,
# and estimate, low, high, state. A region without figures has one row, with the reason as its state.
.rows_of <- function(text) {
  lines <- utils::read.csv(text = text, colClasses = "character", check.names = FALSE, na.strings = character(),
                           encoding = "UTF-8")
  names <- colnames(lines)
  first <- grep("_state$", names)
  parts <- if (length(first) && first[1] > 4) names[4:(first[1] - 1)] else character()
  figures <- sub("_low95$", "", grep("_low95$", names, value = TRUE))
  at <- seq_len(nrow(lines))
  has <- vapply(figures, function(one) lines[[paste0(one, "_low95")]] != "", logical(nrow(lines)))
  has <- matrix(has, nrow = nrow(lines))
  made <- lapply(seq_along(figures), function(i) {
    one <- figures[i]
    bare <- i == 1 & rowSums(has) == 0
    take <- at[has[, i] | bare]
    own <- paste0(one, "_state")
    state <- if (own %in% names) lines[[own]] else rep("value", nrow(lines))
    reason <- ifelse(lines$state == "value", "none",
                     paste0(lines$state, ifelse(lines$code == "", "", paste0(":", lines$code))))
    data.frame(order = take, lines[take, c("node", "name", parts), drop = FALSE], figure = rep(one, length(take)),
               estimate = as.numeric(lines[[one]][take]), low = as.numeric(lines[[paste0(one, "_low95")]][take]),
               high = as.numeric(lines[[paste0(one, "_high95")]][take]), state = ifelse(bare, reason, state)[take],
               stringsAsFactors = FALSE, check.names = FALSE)
  })
  rows <- do.call(rbind, made)
  rows <- rows[order(rows$order), setdiff(colnames(rows), "order")]
  rownames(rows) <- NULL
  rows
}

.or <- function(value, otherwise) if (is.null(value)) otherwise else value

rikstal_answer <- function(desk, id) {
  document <- .call(desk, "GET", paste0("/answers/", curl::curl_escape(id)))
  headline <- document$total$matched
  structure(list(id = id, estimate = .or(headline$value, NA), low = .or(headline$low95, NA),
                 high = .or(headline$high95, NA), state = .or(headline$state, "none"),
                 rows = .rows_of(.text(desk, "GET", paste0("/answers/", curl::curl_escape(id), "?form=csv"))),
                 document = document), class = "rikstal_answer")
}

print.rikstal_answer <- function(x, ...) {
  cat("rikstal answer ", substr(x$id, 1, 8), ": ", x$estimate, " (", x$low, " to ", x$high, "), ", x$state, "\n", sep = "")
  invisible(x)
}

.form <- function(text, question) c(if (!is.null(text)) list(text = text), lapply(question, .listed))
# `by`, `changes` and `nodes` are lists, of one too.
.listed <- function(value) if (is.character(value) && !is.null(attr(value, "list"))) I(as.vector(value)) else value
.listing <- function(question) {
  for (name in intersect(names(question), c("by", "changes", "nodes"))) attr(question[[name]], "list") <- TRUE
  question
}

# Asks, waits for the regions, and returns the answer.
rikstal_ask <- function(desk, text = NULL, ...) {
  state <- .call(desk, "POST", "/questions", .form(text, .listing(list(...))))
  while (state$state == "open")
    state <- .call(desk, "GET", sprintf("/questions/%s?since=%d&wait_ms=10000", state$id, as.integer(state$seq)))
  if (state$state == "failed") .refused(jsonlite::toJSON(state$problem, auto_unbox = TRUE), state$problem$status)
  rikstal_answer(desk, state$id)
}

rikstal_price <- function(desk, text = NULL, ...) .call(desk, "POST", "/price", .form(text, .listing(list(...))))
rikstal_explain <- function(desk, text, lang = "en") .call(desk, "POST", "/explain", list(text = text, lang = lang))
rikstal_terms <- function(desk, words, most = 20)
  .call(desk, "GET", paste0("/terms/search?q=", curl::curl_escape(words), "&most=", as.integer(most)))$matches
rikstal_nodes <- function(desk) .call(desk, "GET", "/nodes")$nodes
rikstal_budget <- function(desk) .call(desk, "GET", "/budget")$nodes
rikstal_history <- function(desk, most = 100) .call(desk, "GET", paste0("/questions?most=", as.integer(most)))$questions
rikstal_receipt <- function(desk, id) .text(desk, "GET", paste0("/receipts/", curl::curl_escape(id)))
