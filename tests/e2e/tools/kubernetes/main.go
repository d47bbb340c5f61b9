// The parts of a Kubernetes cluster in one program: `kubernetes PART OPTION...`.
//
// It ends with whoever started it: at the end of its standard input, which a crash ends as well. `kubernetes stages` prints
// the stages that kwok is released with, as YAML.
package main

import (
	"fmt"
	"io"
	"os"
	_ "time/tzdata" // CronJobs name time zones

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

var parts = map[string]func() int{
	"etcd":               etcd,
	"apiserver":          kubernetes(apiserver.NewAPIServerCommand),
	"controller-manager": kubernetes(controllermanager.NewControllerManagerCommand),
	"scheduler":          kubernetes(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kwok":               kwok,
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "stages" {
		fmt.Println(stages)
		return
	}
	if len(os.Args) < 2 || parts[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: kubernetes etcd|apiserver|controller-manager|scheduler|kwok|stages OPTION...")
		os.Exit(2)
	}
	part := parts[os.Args[1]]
	os.Args = append(os.Args[1:2:2], os.Args[2:]...) // every part reads its options there
	go endWithInput()
	os.Exit(part())
}

// A command is made only when it is run: the API server's takes the one signal handler a process may have.
func kubernetes(command func() *cobra.Command) func() int {
	return func() int { return cli.Run(command()) }
}

func endWithInput() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}
