// Calls every operation with the client that oapi-codegen made, and prints what calls.py lists.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func must[T any](answer T, err error) T {
	if err != nil {
		panic(err)
	}
	return answer
}

func say(operation string, answer *http.Response, fact any) {
	fmt.Printf("%s\t%d\t%v\n", operation, answer.StatusCode, fact)
}

func page(body []byte) string { return string(body[:15]) }

func target(answer *http.Response) string {
	return strings.Split(answer.Header.Get("Location"), "&")[0]
}

func main() {
	base, token, sheet := os.Args[1], os.Args[2], os.Args[3]
	home, yes, limit, key := "home", "yes", Limit(2), "go-1"
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	plain := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	client := must(NewClientWithResponses(base, WithHTTPClient(plain), WithRequestEditorFn(authorize)))

	loaded := must(client.LoadSampleDataWithResponse(ctx, nil))
	say("loadSampleData", loaded.HTTPResponse, loaded.JSON200.Message)
	stats := must(client.StatsWithResponse(ctx))
	say("stats", stats.HTTPResponse, stats.JSON200.TotalUsers)
	users := must(client.ListUsersWithResponse(ctx, &ListUsersParams{Limit: &limit}))
	say("listUsers", users.HTTPResponse, len(*users.JSON200))
	alice := must(client.ShowUserWithResponse(ctx, "user_1"))
	say("showUser", alice.HTTPResponse, alice.JSON200.TotalSpent)
	nobody := must(client.ShowUserWithResponse(ctx, "nobody"))
	say("showUser", nobody.HTTPResponse, nobody.ApplicationproblemJSON404.Status)
	hers := must(client.ListUserOrdersWithResponse(ctx, "user_1", nil))
	say("listUserOrders", hers.HTTPResponse, len(*hers.JSON200))
	first := must(client.ShowOrderWithResponse(ctx, "user_1", "order_1"))
	say("showOrder", first.HTTPResponse, first.JSON200.Amount)
	orders := must(client.ListOrdersWithResponse(ctx, nil))
	say("listOrders", orders.HTTPResponse, len(*orders.JSON200))
	input := UserInput{Name: "Zoé", Email: "zoe@ecam.be", Country: "France"}
	zoe := must(client.CreateUserWithResponse(ctx, &CreateUserParams{IdempotencyKey: &key}, input))
	say("createUser", zoe.HTTPResponse, zoe.JSON201.Name)
	input.Email = "zoe"
	wrong := must(client.CreateUserWithResponse(ctx, nil, input))
	say("createUser", wrong.HTTPResponse, (*wrong.ApplicationproblemJSON422.Errors)[0].Field)
	order := must(client.CreateOrderWithResponse(ctx, nil, OrderInput{UserId: zoe.JSON201.UserId, Amount: 0.29}))
	say("createOrder", order.HTTPResponse, order.JSON201.Amount)
	randomUser := must(client.RandomUserWithResponse(ctx, nil))
	say("randomUser", randomUser.HTTPResponse, randomUser.JSON200.Message)
	randomOrder := must(client.RandomOrderWithResponse(ctx, nil))
	say("randomOrder", randomOrder.HTTPResponse, randomOrder.JSON200.Message)
	migrated := must(client.RunMigrationWithResponse(ctx, nil))
	say("runMigration", migrated.HTTPResponse, migrated.JSON200.MigratedUsers)

	hosts := must(client.ListHostsWithResponse(ctx))
	say("listHosts", hosts.HTTPResponse, len(*hosts.JSON200))
	cache := must(client.CacheStatusWithResponse(ctx))
	say("cacheStatus", cache.HTTPResponse, cache.JSON200.Tier)
	forgotten := must(client.ClearCacheWithResponse(ctx, nil))
	say("clearCache", forgotten.HTTPResponse, forgotten.JSON200.Message)
	topology := must(client.ShardingInfoWithResponse(ctx))
	say("shardingInfo", topology.HTTPResponse, topology.JSON200.Mode)
	events := must(client.Events(ctx)) // It has no end.
	lines := bufio.NewScanner(events.Body)
	lines.Scan()
	say("events", events, lines.Text())
	events.Body.Close()
	alive := must(client.LivezWithResponse(ctx))
	say("livez", alive.HTTPResponse, alive.JSON200.Status)
	ready := must(client.ReadyzWithResponse(ctx))
	say("readyz", ready.HTTPResponse, ready.JSON200.Checks[0].Name)
	metrics := must(client.MetricsWithResponse(ctx))
	say("metrics", metrics.HTTPResponse, string(metrics.Body[:6]))
	version := must(client.VersionWithResponse(ctx))
	say("version", version.HTTPResponse, version.JSON200.Version)
	description := must(client.OpenapiWithResponse(ctx))
	say("openapi", description.HTTPResponse, (*description.JSON200)["openapi"])
	explanation := must(client.ProblemWithResponse(ctx, "not-found", nil))
	say("problem", explanation.HTTPResponse, explanation.JSON200.Type)

	asset := must(client.AssetWithResponse(ctx, sheet))
	say("asset", asset.HTTPResponse, string(asset.Body[:5]))
	homePage := must(client.HomeWithResponse(ctx, nil))
	say("home", homePage.HTTPResponse, page(homePage.Body))
	dashboard := must(client.DashboardWithResponse(ctx, nil))
	say("dashboard", dashboard.HTTPResponse, page(dashboard.Body))
	userPage := must(client.UserPageWithResponse(ctx, "user_1", nil))
	say("userPage", userPage.HTTPResponse, page(userPage.Body))
	docs := must(client.DocsWithResponse(ctx, nil))
	say("docs", docs.HTTPResponse, page(docs.Body))
	confirmClear := must(client.ConfirmClearDataWithResponse(ctx, nil))
	say("confirmClearData", confirmClear.HTTPResponse, page(confirmClear.Body))
	confirmLoad := must(client.ConfirmLoadSampleDataWithResponse(ctx, nil))
	say("confirmLoadSampleData", confirmLoad.HTTPResponse, page(confirmLoad.Body))

	userForm := FormRandomUserFormdataRequestBody{From: &home, Token: &token}
	formUser := must(client.FormRandomUserWithFormdataBodyWithResponse(ctx, userForm))
	say("formRandomUser", formUser.HTTPResponse, target(formUser.HTTPResponse))
	orderForm := FormRandomOrderFormdataRequestBody{From: &home, Token: &token}
	formOrder := must(client.FormRandomOrderWithFormdataBodyWithResponse(ctx, orderForm))
	say("formRandomOrder", formOrder.HTTPResponse, target(formOrder.HTTPResponse))
	migrationForm := FormRunMigrationFormdataRequestBody{From: &home, Token: &token}
	formMigration := must(client.FormRunMigrationWithFormdataBodyWithResponse(ctx, migrationForm))
	say("formRunMigration", formMigration.HTTPResponse, target(formMigration.HTTPResponse))
	cacheForm := FormClearCacheFormdataRequestBody{From: &home, Token: &token}
	formCache := must(client.FormClearCacheWithFormdataBodyWithResponse(ctx, cacheForm))
	say("formClearCache", formCache.HTTPResponse, target(formCache.HTTPResponse))
	loadForm := FormLoadSampleDataFormdataRequestBody{From: &home, Token: &token, Confirm: &yes}
	formLoad := must(client.FormLoadSampleDataWithFormdataBodyWithResponse(ctx, loadForm))
	say("formLoadSampleData", formLoad.HTTPResponse, target(formLoad.HTTPResponse))
	clearForm := FormClearDataFormdataRequestBody{From: &home, Token: &token, Confirm: &yes}
	formClear := must(client.FormClearDataWithFormdataBodyWithResponse(ctx, clearForm))
	say("formClearData", formClear.HTTPResponse, target(formClear.HTTPResponse))
	cleared := must(client.ClearDataWithResponse(ctx, nil))
	say("clearData", cleared.HTTPResponse, cleared.JSON200.Message)
}
