package dingsim

// Documented permission names.
const (
	scopeRobot    = "qyapi_robot_sendmsg"
	scopeCard     = "Card.Instance.Write"
	scopeStream   = "Card.Streaming.Write"
	scopeMember   = "qyapi_get_member"
	scopeByMobile = "qyapi_get_member_by_mobile"
	scopeDept     = "qyapi_get_department_list"
	scopeBase     = "qyapi_base"
	scopeTodo     = "Todo.Todo.Write"
	scopeTodoRead = "Todo.Todo.Read"
	// The mobile number is a permission of its own (documented in Chinese, 企业员工手机号信息);
	// this identifier is invented.
	scopeMobile = "fieldMobile"
)

const (
	openPath    = "/v1.0/gateway/connections/open"
	sessionPath = "/robot/sendBySession"
	todoPath    = "/v1.0/todo/users/{unionId}/tasks"
)

// apiRoutes lists every simulated call. Not counted against the monthly quota (documented):
// tokens and contacts.
func apiRoutes() []route {
	robot := func(method, path string, run func(*call) reply) route {
		return route{method: method, path: "/v1.0/robot/" + path, scope: scopeRobot, counted: true, run: run}
	}
	card := func(method, path, scope string, run func(*call) reply) route {
		return route{method: method, path: "/v1.0/card/" + path, scope: scope, counted: true, run: run}
	}
	top := func(path, scope string, run func(*call) reply) route {
		return route{method: "POST", path: "/topapi/" + path, family: topAPI, scope: scope, run: run}
	}
	do := func(method, path, scope string, run func(*call) reply) route {
		return route{method: method, path: path, scope: scope, counted: true, run: run}
	}
	return []route{
		{method: "POST", path: openPath, open: true, run: openConnection},
		{method: "POST", path: "/v1.0/oauth2/accessToken", open: true, run: newToken},
		{method: "GET", path: "/gettoken", family: oldAPI, open: true, run: oldToken},
		{method: "POST", path: sessionPath, family: oldAPI, open: true, counted: true, run: sendBySession},
		{method: "POST", path: "/media/upload", family: oldAPI, scope: scopeBase, counted: true, run: uploadMedia},

		robot("POST", "oToMessages/batchSend", batchSend),
		robot("GET", "oToMessages/readStatus", readStatus),
		robot("POST", "otoMessages/batchRecall", batchRecall), // lower-case "oto" (documented)
		robot("POST", "groupMessages/send", groupSend),
		robot("POST", "groupMessages/query", groupQuery),
		robot("POST", "groupMessages/recall", groupRecall),
		robot("POST", "messageFiles/download", downloadFile),

		card("POST", "instances/createAndDeliver", scopeCard, createAndDeliver),
		card("POST", "instances", scopeCard, createCard),
		card("POST", "instances/deliver", scopeCard, deliverCard),
		card("PUT", "instances", scopeCard, updateCard),
		card("PUT", "streaming", scopeStream, streamCard),

		top("v2/user/get", scopeMember, userGet),
		top("user/getbyunionid", scopeMember, userByUnionID),
		top("v2/user/getbymobile", scopeByMobile, userByMobile),
		top("user/listid", scopeMember, userListID),
		top("v2/department/listsub", scopeDept, deptListSub),

		do("POST", todoPath, scopeTodo, todoCreate),
		do("PUT", todoPath+"/{taskId}", scopeTodo, todoUpdate),
		do("PUT", todoPath+"/{taskId}/executorStatus", scopeTodo, todoExecutors),
		do("DELETE", todoPath+"/{taskId}", scopeTodo, todoDelete),
		do("POST", "/v1.0/todo/users/{unionId}/org/tasks/query", scopeTodoRead, todoQuery),
	}
}
