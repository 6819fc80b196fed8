# Makes one of the two calls: Rscript sign_out.R ENDPOINT OPERATION < parameters.json
# Prints the HTTP status and, from the second line on, the body of the answer.
library(curl)

given <- commandArgs(trailingOnly = TRUE)
request <- new_handle()
handle_setheaders(request,
  "Content-Type" = "application/x-amz-json-1.1",
  "X-Amz-Target" = paste0("AWSCognitoIdentityProviderService.", given[2])
)
handle_setopt(request, copypostfields = readLines(file("stdin"), warn = FALSE, encoding = "UTF-8"))

key <- Sys.getenv("AWS_ACCESS_KEY_ID")
if (given[2] == "AdminUserGlobalSignOut" && nzchar(key)) {
  handle_setopt(request,
    aws_sigv4 = paste0("aws:amz:", Sys.getenv("AWS_REGION"), ":cognito-idp"),
    userpwd = paste0(key, ":", Sys.getenv("AWS_SECRET_ACCESS_KEY"))
  )
}

answer <- curl_fetch_memory(paste0(given[1], "/"), handle = request)
cat(answer$status_code, "\n", rawToChar(answer$content), sep = "")
